package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.denied;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Limits;
import dev.ilura.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Doubt about a verdict is a denial. */
class PolicyDoubtTest {
    private final Gate gate = Gate.limited(Limits.DEFAULTS.withCallTimeout(Duration.ofSeconds(5)));

    @AfterEach
    void nothingReachedTheServer() {
        assertThat(gate.files.calls()).isEmpty();
        gate.close();
    }

    @Test
    void anExceptionDenies() {
        gate.policy.deciding(call -> {
            throw new IllegalStateException("broken \u202E policy");
        });
        CallOutcome.Denied outcome = denied(gate.call("read"), "ILR-CALL-014");
        assertThat(outcome.reason()).contains("broken \\u{202E} policy");
    }

    @Test
    void nullDenies() {
        gate.policy.deciding((Decision) null);
        denied(gate.call("read"), "ILR-CALL-014");
    }

    @Test
    void aValidationThatThrowsDenies() {
        gate.policy.validating(call -> {
            throw new IllegalStateException("broken");
        });
        denied(gate.call("read"), "ILR-CALL-014");
    }

    @Test
    void aValidationOfNullDenies() {
        gate.policy.validating(call -> null);
        denied(gate.call("read"), "ILR-CALL-014");
    }

    @Test
    void rewritingWhatIsNotThereDenies() {
        Decision.Terms terms = new Decision.Terms(false, false, List.of(new Decision.Rewrite("/path", "/srv")));
        gate.policy.deciding(TestPolicy.allow(terms));
        denied(gate.call("read", Map.of("other", 1)), "ILR-CALL-014");
    }

    @Test
    void silenceDeniesAtTheDeadline() {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        gate.policy.blocking().deciding(call -> {
            asked.countDown();
            awaitQuietly(never);
            return TestPolicy.allow();
        });
        CompletableFuture<CallOutcome> call = gate.start("read");
        Gate.until(() -> asked.getCount() == 0 && gate.time.timers() > 0);
        gate.time.advance(Duration.ofSeconds(5));
        denied(Gate.outcome(call), "ILR-CALL-014");
        never.countDown();
        assertThat(Gate.outcome(call)).as("a late yes changes nothing").isInstanceOf(CallOutcome.Denied.class);
    }

    @Test
    void aSlowPolicyHoldsUpNoOtherCall() {
        CountDownLatch slow = new CountDownLatch(1);
        gate.policy.blocking().deciding(call -> {
            if (call.tool().name().equals("write")) {
                awaitQuietly(slow);
            }
            return TestPolicy.deny();
        });
        CompletableFuture<CallOutcome> held = gate.start("write");
        denied(gate.call("read"), "ILR-TEST-001");
        assertThat(held).isNotDone();
        slow.countDown();
        denied(Gate.outcome(held), "ILR-TEST-001");
    }

    @Test
    void explainSaysWhatWouldBeDecidedAndDoesNothing() {
        gate.policy.deciding(TestPolicy.deny());
        assertThat(gate.gateway().explain(CallRequest.to("files", "read"))).isEqualTo(TestPolicy.deny());
        assertThat(gate.gateway().explain(CallRequest.to("files", "nothing"))).isInstanceOf(Decision.Deny.class);
        gate.policy.deciding(call -> {
            throw new IllegalStateException("broken");
        });
        assertThat(gate.gateway().explain(CallRequest.to("files", "read"))).isInstanceOf(Decision.Deny.class);
        assertThat(gate.log.events(dev.ilura.AuditEvent.Type.DECISION)).isEmpty();
    }

    @Test
    void aPolicyThatFailsOnAListingHidesTheTool() {
        gate.policy.hiding(tool -> {
            if (tool.name().equals("write")) {
                throw new IllegalStateException("broken");
            }
            return false;
        });
        assertThat(gate.gateway().tools())
                .extracting(listing -> listing.tool())
                .extracting(Tool::name)
                .containsExactly("read");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
