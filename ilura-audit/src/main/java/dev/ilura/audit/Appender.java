package dev.ilura.audit;

import dev.ilura.AuditReceipt;
import dev.ilura.IluraException;
import dev.ilura.audit.BatchEncoder.Signed;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.Trailer;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It takes whatever queued up while it wrote the last batch, signs it once, writes it once,
 * forces it once if anybody in it needs that, and acknowledges. There is no time window: waiting for more was measured to be
 * slower at every load.
 *
 * <p>A write or force that fails ends the log: what the disk holds then is not known, and trying again can report success
 * for pages that are gone.
 */
final class Appender {
    /** The record that a session's payloads were shredded. */
    static final String REDACTION = "redaction";

    private static final int BATCH_RECORDS = 4_096;
    private static final long IDLE_MILLIS = 50;
    private static final long CHECKPOINT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final LogFolder folder;
    private final SegmentWriter segments;
    private final PayloadWriter payloads;
    private final BatchEncoder encoder;
    private final LogKeys keys;
    private final LogIndex index;
    private final TimeSource time;
    private final Sizes sizes;
    private final Anchoring anchors;
    private final BlockingQueue<Entry> queue;
    private final Thread thread;

    private volatile String head = "none";
    private volatile @Nullable IluraException failure;
    private volatile boolean closing;
    private volatile boolean ended;

    /** The newest batch, and whether it was forced and published as a checkpoint; the thread's own. */
    private @Nullable Signed newest;

    private boolean forced = true;
    private boolean published = true;
    private long publishedNanos;

    /**
     * Bounds.
     *
     * @param queue events that may wait
     * @param batchBytes bytes of records that one batch takes
     * @param signEachRecord whether each record gets a trailer of its own
     */
    record Sizes(int queue, int batchBytes, boolean signEachRecord) {}

    Appender(
            LogFolder folder,
            SegmentWriter segments,
            PayloadWriter payloads,
            List<Anchor> anchors,
            BatchEncoder encoder,
            LogKeys keys,
            LogIndex index,
            TimeSource time,
            Sizes sizes) {
        this.folder = folder;
        this.segments = segments;
        this.payloads = payloads;
        this.encoder = encoder;
        this.keys = keys;
        this.index = index;
        this.time = time;
        this.sizes = sizes;
        this.queue = new ArrayBlockingQueue<>(sizes.queue());
        this.anchors = new Anchoring(folder, keys.ecdsa().name(), anchors, this::record);
        this.thread = new Thread(this::run, "ilura-audit");
        this.thread.setDaemon(true);
    }

    /** One event on its way, with what is promised to its caller. */
    private record Entry(
            RecordDraft draft, List<Payload> payloads, Acknowledgement level, CompletableFuture<AuditReceipt> receipt) {
        void fail(IluraException why) {
            receipt.completeExceptionally(why);
        }
    }

    void start() {
        thread.start();
    }

    CompletionStage<AuditReceipt> append(RecordDraft draft, List<Payload> payloads, Acknowledgement level) {
        if (closing || failure != null) {
            return CompletableFuture.failedStage(refusal());
        }
        Entry entry = new Entry(draft, payloads, level, new CompletableFuture<>());
        if (!queue.offer(entry)) {
            return CompletableFuture.failedStage(AuditErrors.full(sizes.queue()));
        }
        if (ended && queue.remove(entry)) {
            entry.fail(refusal());
        }
        return entry.receipt().minimalCompletionStage();
    }

    private IluraException refusal() {
        IluraException why = failure;
        return why != null ? why : AuditErrors.closed();
    }

    String head() {
        return head;
    }

    /** Writes what is queued and ends. Called from the thread itself, it does not wait for it. */
    void close() {
        closing = true;
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                Entry first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    settle();
                } else {
                    commit(drain(first));
                }
            }
            settle();
        } catch (Throwable e) {
            poison(e);
        } finally {
            end();
        }
    }

    private List<Entry> drain(Entry first) {
        List<Entry> batch = new ArrayList<>();
        int bytes = 0;
        for (Entry entry = first; entry != null; entry = bytes < sizes.batchBytes() ? queue.poll() : null) {
            batch.add(entry);
            bytes += batch.size() < BATCH_RECORDS ? entry.draft().maxLength() : sizes.batchBytes();
        }
        return batch;
    }

    private void commit(List<Entry> batch) throws IOException {
        try {
            segments.reserve(bytesAtMost(batch), encoder.nextHead());
            write(batch, keepPayloads(batch));
        } catch (SegmentWriter.NoRoomException e) {
            batch.forEach(entry -> entry.fail(AuditErrors.noSpace(e)));
        } catch (Throwable e) {
            poison(e);
            batch.forEach(entry -> entry.fail(refusal()));
            throw e;
        }
    }

    /** Where the payloads of each event stand, -1 where they are not kept. */
    private long[] keepPayloads(List<Entry> batch) throws IOException {
        long[] places = new long[batch.size()];
        payloads.begin(segments.firstRecord());
        for (int i = 0; i < places.length; i++) {
            Entry entry = batch.get(i);
            String session = Objects.requireNonNullElse(entry.draft().session(), "");
            if (entry.draft().type().equals(REDACTION)) {
                payloads.shred(session);
            }
            places[i] = payloads.add(session, entry.payloads());
        }
        payloads.write();
        return places;
    }

    private int bytesAtMost(List<Entry> batch) {
        int trailer = Trailer.frameLength(1);
        int bytes = trailer;
        for (Entry entry : batch) {
            bytes += entry.draft().maxLength() + (sizes.signEachRecord() ? trailer : 0);
        }
        return bytes;
    }

    private void write(List<Entry> batch, long[] places) throws IOException {
        List<AuditReceipt> receipts = encode(batch, places);
        acknowledge(batch, receipts, Acknowledgement.QUEUED);
        segments.write(encoder.toWrite());
        forced = false;
        published = false;
        encoder.places().forEach(index::add);
        if (batch.stream().noneMatch(entry -> entry.level() == Acknowledgement.DURABLE)) {
            newHead();
            acknowledge(batch, receipts, Acknowledgement.WRITTEN);
            return;
        }
        acknowledge(batch, receipts, Acknowledgement.WRITTEN);
        segments.force();
        forced = true;
        newHead();
        acknowledge(batch, receipts, Acknowledgement.DURABLE);
        if (time.nanos() - publishedNanos > CHECKPOINT_NANOS) {
            settle();
        }
    }

    private List<AuditReceipt> encode(List<Entry> batch, long[] places) {
        encoder.begin();
        List<AuditReceipt> receipts = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            receipts.add(encoder.add(batch.get(i).draft(), places[i], segments.firstRecord(), segments.position()));
            if (sizes.signEachRecord() || i == batch.size() - 1) {
                newest = encoder.sign();
            }
        }
        return receipts;
    }

    private void newHead() {
        if (newest != null) {
            head = newest.checkpoint().size() + ":" + newest.checkpoint().root().hex();
        }
    }

    private static void acknowledge(List<Entry> batch, List<AuditReceipt> receipts, Acknowledgement level) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).level() == level) {
                batch.get(i).receipt().complete(receipts.get(i));
            }
        }
    }

    /** Forces what is only written and publishes the newest batch as the checkpoint, which is never ahead of the log. */
    private void settle() throws IOException {
        if (!forced) {
            segments.force();
            forced = true;
        }
        Signed signed = newest;
        if (!published && signed != null) {
            String note = keys.note(signed.checkpoint(), signed.trailer());
            PrivateFiles.replace(folder.checkpoint(), note.getBytes(StandardCharsets.UTF_8));
            anchors.publish(note);
            published = true;
            publishedNanos = time.nanos();
        }
    }

    /** An anchor began to fail, or answers again. */
    private void record(Anchor anchor, String failureOfAnchor) {
        Map<String, Object> facts = failureOfAnchor.isEmpty()
                ? Map.of("anchor", anchor.name(), "answers", true)
                : Map.of("anchor", anchor.name(), "answers", false, "why", VisibleText.oneLine(failureOfAnchor));
        append(RecordDraft.of("anchor", facts, encoder.logId()), List.of(), Acknowledgement.WRITTEN);
    }

    private void poison(Throwable cause) {
        if (failure == null) {
            failure = AuditErrors.failed(cause);
        }
    }

    private void end() {
        ended = true;
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            entry.fail(refusal());
        }
        try {
            anchors.close();
            payloads.close();
            segments.close();
        } catch (IOException e) {
            poison(e);
        }
    }
}
