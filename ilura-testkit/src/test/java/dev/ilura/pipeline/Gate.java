package dev.ilura.pipeline;

import static org.awaitility.Awaitility.await;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Gateway;
import dev.ilura.Limits;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.testkit.FakeTime;
import dev.ilura.testkit.MemoryAudit;
import dev.ilura.testkit.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A gateway over doubles: one server {@code files} with {@code read} and {@code write}, a log in memory, a clock that stands. */
final class Gate implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    final FakeTime time = new FakeTime();
    final MemoryAudit log = new MemoryAudit();
    final TestPolicy policy = new TestPolicy();
    final ScriptedServer files = ScriptedServer.named("files").tool("read").tool("write");
    private final Gateway gateway;

    private Gate(Consumer<Gateway.Builder> more) {
        Gateway.Builder builder =
                Gateway.builder().server(files).audit(log).time(time).policy(policy);
        more.accept(builder);
        gateway = builder.build();
    }

    static Gate open() {
        return new Gate(builder -> {});
    }

    static Gate with(Consumer<Gateway.Builder> more) {
        return new Gate(more);
    }

    static Gate approving(ApprovalHandler handler) {
        return with(builder -> builder.approvals(handler));
    }

    static Gate inspecting(ResponseInspector inspector) {
        return with(builder -> builder.inspector(inspector));
    }

    static Gate limited(Limits limits) {
        return with(builder -> builder.limits(limits));
    }

    static Gate resilient(Resilience resilience) {
        return with(builder -> builder.resilience(resilience));
    }

    static Gate beside(ServerSpec other) {
        return with(builder -> builder.server(other));
    }

    Gateway gateway() {
        return gateway;
    }

    CallOutcome call(String tool) {
        return call(tool, Map.of());
    }

    CallOutcome call(String tool, Map<String, ?> arguments) {
        return outcome(gateway.callAsync("files", tool, arguments).toCompletableFuture());
    }

    CallOutcome call(CallRequest request) {
        return outcome(start(request));
    }

    CompletableFuture<CallOutcome> start(String tool) {
        return start(CallRequest.to("files", tool));
    }

    CompletableFuture<CallOutcome> start(CallRequest request) {
        return gateway.callAsync(request).toCompletableFuture();
    }

    static CallOutcome outcome(CompletableFuture<CallOutcome> call) {
        try {
            return call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("the call has no outcome", e);
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("an outcome is a value", e);
        }
    }

    /** Waits until something holds that another thread brings about. */
    static void until(BooleanSupplier holds) {
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(holds::getAsBoolean);
    }

    /** What the log holds of a call, as {@code type} labels in order. */
    List<String> labels(CallOutcome outcome) {
        return log.ofCall(outcome.callId()).stream()
                .map(event -> event.type().label())
                .toList();
    }

    /** The last record of a call. */
    AuditEvent last(CallOutcome outcome) {
        List<AuditEvent> events = log.ofCall(outcome.callId());
        return events.get(events.size() - 1);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
