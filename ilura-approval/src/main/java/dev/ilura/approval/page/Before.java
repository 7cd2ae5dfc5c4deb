package dev.ilura.approval.page;

import dev.ilura.AuditRecord;
import dev.ilura.ToolCall;
import dev.ilura.spi.AuditTrail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the log says led to a call: the calls that triggered it, and the last ones of its session. For people to read. */
final class Before {
    private static final int RECORDS = 60;
    private static final int LINES = 5;

    private Before() {}

    /** One line for each earlier call, the latest first. */
    static List<Map<String, Object>> of(ToolCall call, AuditTrail log, Instant now) {
        Map<String, Line> lines = new LinkedHashMap<>();
        call.cause().ifPresent(cause -> newestFirst(log.trace(cause)).forEach(record -> add(lines, record, true)));
        log.ofSession(call.session(), RECORDS).forEach(record -> add(lines, record, false));
        lines.remove(call.id());
        return lines.values().stream().limit(LINES).map(line -> line.view(now)).toList();
    }

    private static List<AuditRecord> newestFirst(List<AuditRecord> records) {
        List<AuditRecord> turned = new ArrayList<>(records);
        java.util.Collections.reverse(turned);
        return turned;
    }

    /** The newest record of a call says how it ended; an older one may add whether a person was asked. */
    private static void add(Map<String, Line> lines, AuditRecord record, boolean trigger) {
        String call = record.text("call").orElse("");
        if (!call.isEmpty() && record.text("tool").isPresent()) {
            lines.putIfAbsent(call, new Line(record, trigger));
        }
    }

    private record Line(AuditRecord record, boolean trigger) {
        Map<String, Object> view(Instant now) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put(
                    "target",
                    Shown.of(record.text("server").orElse("") + "/"
                            + record.text("tool").orElse("")));
            view.put("how", Shown.of(how()));
            view.put(
                    "secondsAgo",
                    Math.max(0, Duration.between(record.time(), now).toSeconds()));
            view.put("trigger", trigger);
            view.put("number", record.number());
            return view;
        }

        private static String answered(String answer) {
            return switch (answer) {
                case "yes" -> "approved";
                case "expired" -> "expired";
                default -> "not approved";
            };
        }

        private String how() {
            return record.text("outcome")
                    .or(() -> record.text("answer").map(Line::answered))
                    .or(() -> record.text("decision"))
                    .orElse(record.type());
        }
    }
}
