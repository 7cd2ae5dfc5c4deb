package dev.ilura.internal.call;

import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Pod;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.ResultCache;
import dev.ilura.internal.upstream.Servers;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Stage 2: finds pod, server and pinned tool. Ends the call if one of them is unknown, out of the pod, or not what was
 * pinned. A server outside the pod is not even started.
 */
final class Resolve {
    private static final JsonValue UNPINNED = JsonValue.parse("{}");

    private final Map<String, Pod> pods;
    private final Servers servers;
    private final ResultCache cache;

    Resolve(Map<String, Pod> pods, Servers servers, ResultCache cache) {
        this.pods = pods;
        this.servers = servers;
        this.cache = cache;
    }

    CompletableFuture<Resolved> apply(PendingCall pending) {
        CallRequest request = pending.request();
        Pod pod = pods.get(request.pod());
        if (pod == null) {
            throw unknown(pending, "There is no pod \"" + shown(request.pod()) + "\".");
        }
        if (request.server().isEmpty()) {
            throw unknown(pending, "Pod \"" + pod.name() + "\" has nothing called \"" + shown(request.tool()) + "\".");
        }
        Upstream upstream = servers.find(request.server(), pod)
                .orElseThrow(() -> unknown(
                        pending, "Pod \"" + pod.name() + "\" has no server \"" + shown(request.server()) + "\"."));
        Line line = pending.way().line(upstream);
        return line.reach().handle((session, failure) -> {
            if (failure == null) {
                return new Resolved(pending, pod, line, call(pending, pod, line, session.identity()));
            }
            return withKeptAnswer(pending, pod, line).orElseThrow(() -> unreachable(pending, failure));
        });
    }

    /** A call whose answer is kept needs no server: it goes on to the server and tool as they were last seen. */
    private Optional<Resolved> withKeptAnswer(PendingCall pending, Pod pod, Line line) {
        return line.identity()
                .filter(seen -> subject(pending, line).isPresent())
                .map(seen -> call(pending, pod, line, seen))
                .filter(call -> cache.find(call, pod.policy().version()).isPresent())
                .map(call -> new Resolved(pending, pod, line, call));
    }

    static ToolCall call(PendingCall pending, Pod pod, Line line, String identity) {
        CallRequest request = pending.request();
        Tool tool = subject(pending, line).orElseThrow(() -> notCallable(pending, line));
        return new ToolCall(
                pending.id(),
                request.session(),
                pod.name(),
                request.principal(),
                line.name(),
                identity,
                line.upstream().roots(),
                tool,
                request.arguments(),
                request.cause(),
                request.traceparent());
    }

    /** What is called. Tools and prompts are pinned; resources are data, and which there are is the server's affair. */
    static Optional<Tool> subject(PendingCall pending, Line line) {
        String target = pending.request().tool();
        return pending.method().isNamed() ? line.tool(target) : Optional.of(Tool.named(target, UNPINNED));
    }

    private static Stop notCallable(PendingCall pending, Line line) {
        String tool = pending.request().tool();
        Optional<Quarantined> quarantined = line.quarantined(tool);
        return quarantined
                .map(entry -> denied(pending, entry.code(), entry.reason()))
                .orElseGet(
                        () -> unknown(pending, "Server \"" + line.name() + "\" has no tool \"" + shown(tool) + "\"."));
    }

    private static Stop unknown(PendingCall pending, String reason) {
        return denied(pending, "ILR-CALL-001", reason);
    }

    private static Stop denied(PendingCall pending, String code, String reason) {
        Decision.Deny deny = new Decision.Deny(RuleRef.NO_MATCH, code, reason, List.of(reason));
        return new Stop(Ending.denied(pending, Optional.empty(), deny, "none"));
    }

    private static Stop unreachable(PendingCall pending, Throwable failure) {
        return UpstreamFailure.in(failure)
                .map(reason -> new Stop(Ending.failed(pending, Optional.empty(), RiskLane.LOW, reason.withoutEffect())))
                .orElseThrow(() -> new CompletionException(failure));
    }

    private static String shown(String name) {
        return VisibleText.oneLine(name.length() > 128 ? name.substring(0, 128) + "..." : name);
    }
}
