package dev.ilura.adapter.mcpsdk;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.Decision;
import dev.ilura.Decision.Terms;
import dev.ilura.Gateway;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.testkit.MemoryAudit;
import java.util.List;
import java.util.Optional;

/** Gateways for these tests: {@code echo} is allowed, {@code write} asked for, the rest denied. */
final class Gates {
    private static final RuleRef RULE = new RuleRef("test", "code");

    private Gates() {}

    static Gateway.Builder asking(MemoryAudit ledger, boolean yes) {
        return Gateway.builder().policy(new ByName()).audit(ledger).approvals(ticket -> answer(ticket, yes));
    }

    private static ApprovalAnswer answer(ApprovalTicket ticket, boolean yes) {
        return yes
                ? new ApprovalAnswer.Approved(
                        ticket.digest(), "tester", "test", Optional.of("it is a test"), Optional.empty())
                : new ApprovalAnswer.Refused("tester", "test", "not today");
    }

    static final class ByName implements PolicyEngine {
        @Override
        public Decision decide(ToolCall call) {
            return switch (call.tool().name()) {
                case "echo", "die" -> new Decision.Allow(RULE, Terms.PLAIN, List.of());
                case "write" ->
                    new Decision.Ask(RULE, RiskLane.MEDIUM, "It changes something.", Terms.PLAIN, List.of());
                default -> new Decision.Deny(RULE, "ILR-TEST-001", "Nobody may.", List.of());
            };
        }

        @Override
        public boolean mayBlock() {
            return false;
        }

        @Override
        public String version() {
            return "1";
        }
    }
}
