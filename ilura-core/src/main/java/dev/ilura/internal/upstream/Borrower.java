package dev.ilura.internal.upstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has a line just now. Between two calls nobody is there to be asked: what a server says after the end of a call
 * reaches no other call. Thread-safe.
 */
final class Borrower implements Caller {
    private volatile @Nullable Caller current;
    private final JsonValue capabilities;
    private volatile long rounds;

    Borrower(JsonValue capabilities) {
        this.capabilities = capabilities;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // a line has one borrower at a time
    void lend(Caller caller) {
        current = caller;
        rounds++;
    }

    void end() {
        current = null;
    }

    long rounds() {
        return rounds;
    }

    private Caller now() {
        Caller caller = current;
        return caller == null ? Questions.NOBODY : caller;
    }

    @Override
    public CallRequest asking(String server, String target) {
        return now().asking(server, target);
    }

    @Override
    public Optional<Era> era() {
        return now().era();
    }

    @Override
    public JsonValue capabilities() {
        return capabilities;
    }

    @Override
    public Optional<String> logLevel() {
        return now().logLevel();
    }

    @Override
    public CompletableFuture<Said> ask(String method, JsonValue params) {
        return now().ask(method, params);
    }

    @Override
    public void tell(Frame notification) {
        now().tell(notification);
    }
}
