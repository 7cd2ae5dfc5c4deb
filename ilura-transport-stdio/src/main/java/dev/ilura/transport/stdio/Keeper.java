package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that starts a child, takes what it writes to standard error, and lives as long as the child does: the kernel
 * ends a confined child together with the thread that started it, and a thread that was shut in for the start can do
 * nothing else afterwards.
 */
final class Keeper {
    private final StderrTail stderr;
    private final CompletableFuture<ChildProcess> started = new CompletableFuture<>();
    private final CountDownLatch errorsEnded = new CountDownLatch(1);

    Keeper(int stderrLimit) {
        stderr = new StderrTail(stderrLimit);
    }

    /**
     * Starts the child on this thread and stays with it.
     */
    void run(Start start) {
        ChildProcess child = begin(start);
        if (child == null) {
            return;
        }
        stderr.drain(child.stderr());
        errorsEnded.countDown();
        child.awaitExit();
    }

    private @Nullable ChildProcess begin(Start start) {
        try {
            ChildProcess child = start.start();
            started.complete(child);
            return child;
        } catch (IOException | RuntimeException | Error failure) {
            started.completeExceptionally(failure);
            return null;
        }
    }

    /**
     * The child, once it was started.
     *
     * @throws IOException if the system refused
     * @throws IluraException if it must not be started
     */
    ChildProcess child() throws IOException {
        try {
            return started.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            started.thenAccept(child -> child.stop(Duration.ZERO));
            throw new IOException("interrupted while the server was being started", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IluraException refused) {
                throw refused;
            }
            throw new IOException("the server could not be started: " + e.getCause(), e.getCause());
        }
    }

    /** What the child said last on standard error, once it is complete or the patience is over. */
    String lastWords(Duration patience) {
        try {
            errorsEnded.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return stderr.text();
    }

    /** Starts a child. */
    @FunctionalInterface
    interface Start {
        ChildProcess start() throws IOException;
    }
}
