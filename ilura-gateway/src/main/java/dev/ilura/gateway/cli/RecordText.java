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
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private final Screen screen;
    private final ZoneId zone;

    RecordText(Screen screen, ZoneId zone) {
        this.screen = screen;
        this.zone = zone;
    }

    /** Number, time, kind, target and what happened. */
    String line(AuditRecord record) {
        String target = target(record);
        return step(record) + (target.isEmpty() ? "" : "  " + screen.strong(target)) + "  " + what(record);
    }

    /** As {@link #line}, where the target is known from what stands around it. */
    String stepLine(AuditRecord record) {
        return step(record) + "  " + what(record);
    }

    private String step(AuditRecord record) {
        return String.format(Locale.ROOT, "%6d", record.number()) + "  "
                + screen.faint(CLOCK.withZone(zone).format(record.time())) + "  "
                + String.format(Locale.ROOT, "%-13s", VisibleText.oneLine(record.type()));
    }

    /** {@code server/tool}, or the server, or nothing. */
    static String target(AuditRecord record) {
        String server = record.text("server").orElse("");
        return VisibleText.oneLine(
                record.text("tool").map(tool -> server + "/" + tool).orElse(server));
    }

    private String what(AuditRecord record) {
        List<String> parts = new ArrayList<>();
        record.text("decision").ifPresent(decision -> parts.add(verdict(decision)));
        record.text("answer")
                .ifPresent(answer -> parts.add(answer.equals("yes") ? screen.good("yes") : screen.bad("no")));
        record.text("outcome").ifPresent(outcome -> parts.add(verdict(outcome)));
        record.text("code").ifPresent(parts::add);
        record.text("lane").filter(lane -> !lane.equals("low")).ifPresent(lane -> parts.add("lane " + lane));
        record.text("approver").ifPresent(who -> parts.add("by " + VisibleText.oneLine(who)));
        record.text("channel").ifPresent(channel -> parts.add("over " + VisibleText.oneLine(channel)));
        record.text("rule").ifPresent(rule -> parts.add("rule " + VisibleText.oneLine(rule)));
        record.text("why").ifPresent(why -> parts.add(VisibleText.oneLine(why)));
        record.integer("durUs").ifPresent(micros -> parts.add(duration(micros)));
        return String.join(", ", parts);
    }

    private String verdict(String word) {
        return switch (word) {
            case "allow", "approved", "completed" -> screen.good(word);
            case "deny", "failed" -> screen.bad(word);
            case "ask", "unknown", "tool_error" -> screen.careful(word);
            default -> VisibleText.oneLine(word);
        };
    }

    private static String duration(long micros) {
        return micros < 10_000 ? micros + " us" : String.format(Locale.ROOT, "%.0f ms", micros / 1000.0);
    }
}
