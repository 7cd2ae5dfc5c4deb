package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.RuleRef;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolProvider;
import dev.ilura.testkit.MemoryAudit;
import java.util.List;
import java.util.Map;

/** A gateway whose policy lets everything through: what holds here holds by the tools alone. */
final class OpenGate implements AutoCloseable {
    final MemoryAudit audit = new MemoryAudit();
    final Gateway gateway;
    final List<dev.ilura.ApprovalTicket> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
    private volatile boolean agreeing;

    OpenGate(ToolProvider... providers) {
        this(TimeSource.system(), providers);
    }

    /** The same by another clock. */
    OpenGate(TimeSource time, ToolProvider... providers) {
        gateway = Gateway.builder()
                .time(time)
                .tools(providers)
                .policy(new Everything())
                .approvals(this::answer)
                .audit(audit)
                .build();
    }

    private ApprovalAnswer answer(dev.ilura.ApprovalTicket ticket) {
        asked.add(ticket);
        return agreeing
                ? new ApprovalAnswer.Approved(
                        ticket.digest(),
                        "test",
                        "test",
                        java.util.Optional.of("because the test wants it"),
                        java.util.Optional.empty())
                : new ApprovalAnswer.Refused("test", "test", "no");
    }

    /** From now on whatever is asked is agreed to. */
    OpenGate agreeing() {
        agreeing = true;
        return this;
    }

    /** The call of somebody who agrees to whatever is asked. */
    CallOutcome agreed(String server, String tool, Map<String, ?> arguments) {
        agreeing = true;
        try {
            return outcome(server, tool, arguments);
        } finally {
            agreeing = false;
        }
    }

    /** The result of a call that got through, whatever the tool says. */
    JsonValue call(String server, String tool, Map<String, ?> arguments) {
        CallOutcome outcome = gateway.call(server, tool, arguments);
        assertThat(outcome).isInstanceOf(CallOutcome.Completed.class);
        return ((CallOutcome.Completed) outcome).result();
    }

    /** The text of a call that worked. */
    String text(String server, String tool, Map<String, ?> arguments) {
        JsonValue result = call(server, tool, arguments);
        assertThat(result.member("isError")).as(result.raw()).isEmpty();
        return textOf(result);
    }

    /** The text of a call that failed in its tool. */
    String error(String server, String tool, Map<String, ?> arguments) {
        JsonValue result = call(server, tool, arguments);
        assertThat(result.member("isError")).as(result.raw()).isPresent();
        return textOf(result);
    }

    /** The call's id and its result. */
    CallOutcome outcome(String server, String tool, Map<String, ?> arguments) {
        return gateway.call(CallRequest.to(server, tool).arguments(dev.ilura.Arguments.of(arguments)));
    }

    static String textOf(JsonValue result) {
        return result.at("/content/0/text").map(JsonValue::text).orElse("");
    }

    @Override
    public void close() {
        gateway.close();
    }

    private static final class Everything implements PolicyEngine {
        @Override
        public Decision decide(dev.ilura.ToolCall call) {
            return new Decision.Allow(new RuleRef("everything", "test"), Decision.Terms.PLAIN, List.of());
        }

        @Override
        public boolean mayBlock() {
            return false;
        }

        @Override
        public String version() {
            return "open";
        }
    }
}
