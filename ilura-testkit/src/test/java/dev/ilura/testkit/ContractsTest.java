package dev.ilura.testkit;

import dev.ilura.ApprovalAnswer;
import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.PolicyEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;

/** The contracts hold for the smallest engine and handler that there are: how to extend them. */
class ContractsTest {
    private static final Tool READ = Tool.of(JsonValue.of(Map.of("name", "read")));

    /** Allows one tool of one server. */
    private static final class OnlyReading implements PolicyEngine {
        private static final RuleRef RULE = new RuleRef("only-reading", "code");

        @Override
        public Decision decide(ToolCall call) {
            return call.target().equals("files/read")
                    ? new Decision.Allow(RULE, Decision.Terms.PLAIN, List.of())
                    : new Decision.Deny(RULE, "ILR-TEST-001", "Only reading is allowed.", List.of());
        }

        @Override
        public String version() {
            return "1";
        }
    }

    @Nested
    class OfAPolicy extends PolicyEngineContract {
        @Override
        protected PolicyEngine engine() {
            return new OnlyReading();
        }

        @Override
        protected ToolCall allowed() {
            return ToolCall.to("files", READ)
                    .arguments(Arguments.of(Map.of("path", "a")))
                    .build();
        }

        @Override
        protected ToolCall denied() {
            return ToolCall.to("mail", READ).build();
        }
    }

    @Nested
    class OfAnApprovalHandler extends ApprovalHandlerContract {
        @Override
        protected ApprovalHandler agreeing() {
            return ticket ->
                    new ApprovalAnswer.Approved(ticket.digest(), "ada", "test", Optional.empty(), Optional.empty());
        }

        @Override
        protected ApprovalHandler refusing() {
            return ticket -> new ApprovalAnswer.Refused("ada", "test", "no");
        }

        @Override
        protected ApprovalHandler silent() {
            return ticket -> {
                new CountDownLatch(1).await();
                return new ApprovalAnswer.Unanswered("test", "never reached");
            };
        }
    }
}
