package dev.ilura.internal.upstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a server of the handshake era asks over one connection. Each question gets exactly one answer: the client's, the
 * gate's refusal, or none any more because the server withdrew it. Thread-safe.
 */
final class Questions {
    /** Whose requests are the gate's own. */
    static final Caller NOBODY = Caller.inJava(CallRequest.to("", ""));

    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_REQUEST = -32600;
    private static final int MOST = 32;

    private final UpstreamSession session;
    private final Map<JsonValue, CompletableFuture<Caller.Said>> open = new ConcurrentHashMap<>();

    Questions(UpstreamSession session) {
        this.session = session;
    }

    void asked(Frame frame, Optional<Caller> caller) {
        JsonValue id = frame.id().orElseThrow();
        if (frame.method().equals("ping")) {
            session.answer(id, Caller.Said.result(Caller.NOTHING));
            return;
        }
        Optional<Caller> askable = caller.filter(each -> Caller.declares(
                each.capabilities(), frame.method(), frame.params().orElse(Caller.NOTHING)));
        if (askable.isEmpty()) {
            session.answer(
                    id,
                    Caller.Said.error(METHOD_NOT_FOUND, "Not offered: " + UpstreamSession.shortened(frame.method())));
            return;
        }
        put(id, frame, askable.get());
    }

    private void put(JsonValue id, Frame frame, Caller caller) {
        CompletableFuture<Caller.Said> said = new CompletableFuture<>();
        if (open.size() >= MOST || open.putIfAbsent(id, said) != null) {
            session.answer(
                    id,
                    Caller.Said.error(INVALID_REQUEST, "A question with this id is open, or " + MOST + " others are."));
            return;
        }
        Runnable goOn = session.held();
        CompletableFuture<Caller.Said> asking = session.put(caller, frame);
        asking.whenComplete((answer, failure) -> {
            if (failure == null) {
                said.complete(answer);
            } else {
                said.cancel(false);
            }
        });
        said.whenComplete((answer, failure) -> {
            goOn.run();
            if (open.remove(id, said) && failure == null) {
                session.answer(id, answer);
            }
            if (failure != null) {
                asking.cancel(false);
            }
        });
    }

    /** The server no longer wants the answer. */
    void withdrawn(JsonValue id) {
        CompletableFuture<Caller.Said> said = open.remove(id);
        if (said != null) {
            said.cancel(false);
        }
    }

    void end() {
        open.keySet().forEach(this::withdrawn);
    }
}
