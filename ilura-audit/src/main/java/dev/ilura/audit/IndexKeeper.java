package dev.ilura.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Feeds the index from the appender's thread and lets a thread of its own do what takes longer: writing and merging the files
 * of complete segments. What that thread cannot write is made anew when the log is opened.
 */
final class IndexKeeper {
    private static final int PATIENCE_SECONDS = 10;

    private final LogIndex index;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread worker = new Thread(task, "ilura-audit-index");
        worker.setDaemon(true);
        return worker;
    });

    IndexKeeper(LogIndex index) {
        this.index = index;
    }

    void add(long segment, List<BatchEncoder.Placed> batch) {
        for (BatchEncoder.Placed record : batch) {
            index.add(segment, record.offset(), record.keys());
        }
    }

    /** A segment is complete. */
    void seal(long segment, SealedState state) {
        thread.execute(() -> {
            try {
                index.seal(segment, state);
            } catch (IOException | UncheckedIOException stillInMemory) {
                // questions are answered from memory, and the next opening reads the segment again
            }
        });
    }

    /** Does something that takes longer, behind what is under way. */
    void later(Runnable task) {
        thread.execute(task);
    }

    /** Ends when all that was begun is done. */
    void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
