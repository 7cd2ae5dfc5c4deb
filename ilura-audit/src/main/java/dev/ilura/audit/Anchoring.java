package dev.ilura.audit;

import dev.ilura.audit.format.LogFolder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Carries checkpoints to all anchors of a log, each on a thread of its own: a slow one holds up no other. */
final class Anchoring {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final List<AnchorThread> threads;

    /**
     * @param change told when an anchor begins to fail, with why, and when it answers again, with an empty text
     */
    Anchoring(LogFolder folder, String origin, List<Anchor> anchors, BiConsumer<Anchor, String> change) {
        this.threads = anchors.stream()
                .map(anchor -> new AnchorThread(anchor, new Submissions(folder, origin), change))
                .toList();
        threads.forEach(AnchorThread::start);
    }

    /** Hands over the newest checkpoint; does not wait. */
    void publish(String note) {
        threads.forEach(thread -> thread.publish(note));
    }

    /** Lets the anchors have the newest checkpoint and ends; gives up after five seconds for all of them together. */
    void close() {
        threads.forEach(AnchorThread::end);
        long left = PATIENCE_NANOS;
        for (AnchorThread thread : threads) {
            left = thread.await(left);
        }
    }
}
