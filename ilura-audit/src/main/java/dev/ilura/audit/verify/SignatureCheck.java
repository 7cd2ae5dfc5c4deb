package dev.ilura.audit.verify;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogKey;
import java.security.Provider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Checks signatures on all processors while the log is read on, and never holds more than a few thousand of them. */
final class SignatureCheck implements AutoCloseable {
    private static final int CHUNK = 64;
    private static final int PENDING_CHUNKS = 64;

    private final @Nullable Provider provider;
    private @Nullable ExecutorService workers;
    private final Deque<Future<List<Signature>>> pending = new ArrayDeque<>();
    private final List<Signature> invalid = new ArrayList<>();
    private List<Signature> chunk = new ArrayList<>();
    private long checked;

    SignatureCheck(@Nullable Provider provider) {
        this.provider = provider;
    }

    /**
     * One signature to check.
     *
     * @param firstRecord number of the first record of its batch
     */
    record Signature(long firstRecord, Checkpoint checkpoint, LogKey key, Bytes raw) {
        boolean isInvalid(@Nullable Provider provider) {
            return !key.verifies(checkpoint.body(), raw, provider);
        }
    }

    void add(Signature signature) {
        chunk.add(signature);
        if (chunk.size() == CHUNK) {
            submit();
        }
    }

    /** The signatures that are not valid, in the order of the log; waits for all. */
    List<Signature> invalid() {
        submit();
        while (!pending.isEmpty()) {
            take();
        }
        return List.copyOf(invalid);
    }

    /** How many signatures were valid. */
    long valid() {
        return checked - invalid.size();
    }

    private void submit() {
        List<Signature> full = chunk;
        chunk = new ArrayList<>();
        checked += full.size();
        if (full.size() < CHUNK && pending.isEmpty()) {
            invalid.addAll(invalidOf(full));
            return;
        }
        pending.add(workers().submit(() -> invalidOf(full)));
        if (pending.size() > PENDING_CHUNKS) {
            take();
        }
    }

    private List<Signature> invalidOf(List<Signature> signatures) {
        return signatures.stream()
                .filter(signature -> signature.isInvalid(provider))
                .toList();
    }

    private ExecutorService workers() {
        ExecutorService started = workers;
        if (started == null) {
            started = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
                Thread thread = new Thread(task, "ilura-verify");
                thread.setDaemon(true);
                return thread;
            });
            workers = started;
        }
        return started;
    }

    private void take() {
        try {
            invalid.addAll(pending.remove().get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a signature could not be checked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while checking signatures", e);
        }
    }

    @Override
    public void close() {
        ExecutorService started = workers;
        if (started != null) {
            started.shutdownNow();
        }
    }
}
