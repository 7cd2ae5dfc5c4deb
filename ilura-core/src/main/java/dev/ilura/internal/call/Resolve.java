package dev.ilura.internal.call;

import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Pod;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.internal.upstream.Servers;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.internal.upstream.UpstreamSession;
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
    private final Map<String, Pod> pods;
    private final Servers servers;

    Resolve(Map<String, Pod> pods, Servers servers) {
        this.pods = pods;
        this.servers = servers;
    }

    CompletableFuture<Resolved> apply(PendingCall pending) {
        CallRequest request = pending.request();
        Pod pod = pods.get(request.pod());
        if (pod == null) {
            throw unknown(pending, "There is no pod \"" + shown(request.pod()) + "\".");
        }
        Upstream upstream = servers.find(request.server(), pod)
                .orElseThrow(() -> unknown(
                        pending, "Pod \"" + pod.name() + "\" has no server \"" + shown(request.server()) + "\"."));
        return upstream.reach().handle((session, failure) -> {
            if (failure != null) {
                throw unreachable(pending, failure);
            }
            return resolved(pending, pod, upstream, session);
        });
    }

    private static Resolved resolved(PendingCall pending, Pod pod, Upstream upstream, UpstreamSession session) {
        CallRequest request = pending.request();
        Tool tool = upstream.tool(request.tool()).orElseThrow(() -> notCallable(pending, upstream));
        ToolCall call = new ToolCall(
                pending.id(),
                request.session(),
                pod.name(),
                request.principal(),
                upstream.name(),
                session.identity(),
                upstream.roots(),
                tool,
                request.arguments(),
                request.cause(),
                request.traceparent());
        return new Resolved(pending, pod, upstream, call);
    }

    private static Stop notCallable(PendingCall pending, Upstream upstream) {
        String tool = pending.request().tool();
        Optional<Quarantined> quarantined = upstream.quarantined(tool);
        return quarantined
                .map(entry -> denied(pending, entry.code(), entry.reason()))
                .orElseGet(() ->
                        unknown(pending, "Server \"" + upstream.name() + "\" has no tool \"" + shown(tool) + "\"."));
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
