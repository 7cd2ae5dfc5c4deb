package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.text.VisibleText;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Records of the log as lines that a person can read. */
final class RecordText {
    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final Screen screen;
    private final ZoneId zone;

    RecordText(Screen screen, ZoneId zone) {
        this.screen = screen;
        this.zone = zone;
    }

    /** Number, time, kind, target and what happened. */
    String line(AuditRecord record) {
        String target = target(record);
        return step(record, DAY_AND_TIME) + (target.isEmpty() ? "" : screen.strong(target) + "  ") + what(record);
    }

    /** As {@link #line}, where day and target are known from what stands around it. */
    String stepLine(AuditRecord record) {
        return step(record, TIME) + what(record);
    }

    String day(AuditRecord record) {
        return DAY_AND_TIME.withZone(zone).format(record.time()).substring(0, 10);
    }

    private String step(AuditRecord record, DateTimeFormatter clock) {
        return String.format(Locale.ROOT, "%6d  ", record.number())
                + screen.faint(clock.withZone(zone).format(record.time()))
                + String.format(Locale.ROOT, "  %-14s", VisibleText.oneLine(record.type()));
    }

    /** {@code server/tool}, or the server, or nothing. */
    static String target(AuditRecord record) {
        String server = record.text("server").orElse("");
        return VisibleText.oneLine(
                record.text("tool").map(tool -> server + "/" + tool).orElse(server));
    }

    private String what(AuditRecord record) {
        List<String> parts = new ArrayList<>();
        record.text("decision").map(this::verdict).ifPresent(parts::add);
        record.text("answer").map(this::verdict).ifPresent(parts::add);
        record.text("outcome").map(this::verdict).ifPresent(parts::add);
        record.text("code").ifPresent(parts::add);
        record.text("lane").filter(lane -> !lane.equals("low")).ifPresent(lane -> parts.add("lane " + lane));
        record.text("approver").ifPresent(who -> parts.add("by " + VisibleText.oneLine(who)));
        record.text("channel").ifPresent(channel -> parts.add("over " + VisibleText.oneLine(channel)));
        parts.addAll(reasons(record));
        record.integer("durUs").ifPresent(micros -> parts.add(duration(micros)));
        return String.join(", ", parts);
    }

    /** A refusal and an outcome that is none say why; where all is well the rule is reason enough. */
    private static List<String> reasons(AuditRecord record) {
        String rule = record.text("rule").orElse("");
        boolean well = record.text("code").isEmpty()
                && record.text("outcome")
                        .filter(end -> !end.equals("completed"))
                        .isEmpty();
        String why = well ? "" : record.text("why").orElse("");
        List<String> reasons = new ArrayList<>();
        if (!rule.isEmpty() && !why.contains(rule.split(" ", 2)[0])) {
            reasons.add("rule " + VisibleText.oneLine(rule));
        }
        if (!why.isEmpty()) {
            reasons.add(VisibleText.oneLine(why));
        }
        return reasons;
    }

    private String verdict(String word) {
        return switch (word) {
            case "allow", "approved", "completed", "yes" -> screen.good(word);
            case "deny", "failed", "no", "expired" -> screen.bad(word);
            case "ask", "unknown", "tool_error" -> screen.careful(word);
            default -> VisibleText.oneLine(word);
        };
    }

    private static String duration(long micros) {
        return micros < 10_000 ? micros + " us" : String.format(Locale.ROOT, "%.0f ms", micros / 1000.0);
    }
}
