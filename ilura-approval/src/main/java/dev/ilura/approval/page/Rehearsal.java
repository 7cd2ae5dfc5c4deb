package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Draws a made-up card for nobody, as soon as a page is open, so that the first real question does not wait until the
 * virtual machine has loaded what draws it. It lies on no desk and can be answered by nobody.
 */
final class Rehearsal {
    private static final int TIMES = 30;

    private Rehearsal() {}

    static void run(TimeSource time) {
        ToolCall call = ToolCall.to(
                        "rehearsal", Tool.of(JsonValue.parse("{\"name\":\"none\",\"description\":\"none\"}")))
                .id("rehearsal")
                .session("rehearsal")
                .principal("rehearsal")
                .serverIdentity("rehearsal")
                .arguments(Arguments.of(Map.of("path", "/none", "content", "r\u00e9sum\u00e9 \u200b\n".repeat(60))))
                .build();
        ApprovalTicket ticket = new ApprovalTicket(
                "00".repeat(16),
                "00".repeat(32),
                time.now(),
                time.now().plus(Duration.ofSeconds(1)),
                "rehearsal",
                call,
                "rehearsal",
                new RuleRef("rehearsal", "rehearsal"),
                RiskLane.CRITICAL,
                "rehearsal",
                "rehearsal",
                1,
                "0:none");
        Deadline deadline = Deadline.of(ticket, time);
        for (int i = 0; i < TIMES; i++) {
            Card card = new Card("rehearsal", new Pending(ticket, deadline), time.nanos());
            JsonWriter.write(CardView.of(card, List.of(), "", List.of(), deadline));
        }
    }
}
