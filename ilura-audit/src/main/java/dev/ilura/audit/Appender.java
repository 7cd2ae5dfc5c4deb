package dev.ilura.audit;

import dev.ilura.AuditReceipt;
import dev.ilura.IluraException;
import dev.ilura.audit.BatchEncoder.Signed;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.Trailer;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
    /** The record that payloads were shredded. */
    static final String REDACTION = "redaction";

    private static final int BATCH_RECORDS = 4_096;
    private static final long IDLE_MILLIS = 50;
    private static final long CHECKPOINT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final LogFolder folder;
    private final SegmentWriter segments;
    private final PayloadWriter payloads;
    private final BatchEncoder encoder;
    private final IndexKeeper index;
    private final KeyRotation rotation;
    private final Collection<LogKey> everyKey;
    private final TimeSource time;
    private final Sizes sizes;
    private final @Nullable Gaps gaps;
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
    private long trailerAt;

    /**
     * Bounds.
     *
     * @param queue events that may wait
     * @param batchBytes bytes of records that one batch takes
     * @param signEachRecord whether each record gets a trailer of its own
     */
    record Sizes(int queue, int batchBytes, boolean signEachRecord) {}

    /**
     * What the thread works with.
     *
     * @param trailerAt where in its segment the last trailer starts
     * @param everyKey that the log was ever signed with
     * @param gaps null if calls are to be refused when the log cannot record them
     */
    record Parts(
            LogFolder folder,
            SegmentWriter segments,
            long trailerAt,
            PayloadWriter payloads,
            List<Anchor> anchors,
            BatchEncoder encoder,
            IndexKeeper index,
            KeyRotation rotation,
            Collection<LogKey> everyKey,
            TimeSource time,
            @Nullable Gaps gaps) {}

    Appender(Parts parts, Sizes sizes) {
        this.folder = parts.folder();
        this.segments = parts.segments();
        this.payloads = parts.payloads();
        this.encoder = parts.encoder();
        this.index = parts.index();
        this.rotation = parts.rotation();
        this.everyKey = new LinkedHashSet<>(parts.everyKey());
        this.time = parts.time();
        this.gaps = parts.gaps();
        this.sizes = sizes;
        this.queue = new ArrayBlockingQueue<>(sizes.queue());
        this.anchors = new Anchoring(folder, encoder.keys().ecdsa().name(), parts.anchors(), this::record);
        this.thread = new Thread(this::run, "ilura-audit");
        this.thread.setDaemon(true);
        this.trailerAt = parts.trailerAt();
    }

    /** One event on its way, with what is promised to its caller, and what is done before it is acknowledged. */
    private static class Entry {
        final RecordDraft draft;
        final List<Payload> payloads;
        final Acknowledgement level;
        final CompletableFuture<AuditReceipt> receipt = new CompletableFuture<>();

        Entry(RecordDraft draft, List<Payload> payloads, Acknowledgement level) {
            this.draft = draft;
            this.payloads = payloads;
            this.level = level;
        }

        void fail(IluraException why) {
            receipt.completeExceptionally(why);
        }
    }

    /** A rotation; it ends its batch. */
    private static final class Rotation extends Entry {
        final LogKeys next;

        Rotation(RecordDraft draft, LogKeys next) {
            super(draft, List.of(), Acknowledgement.DURABLE);
            this.next = next;
        }
    }

    void start() {
        thread.start();
    }

    CompletionStage<AuditReceipt> append(RecordDraft draft, List<Payload> drafted, Acknowledgement level) {
        return append(new Entry(draft, drafted, level));
    }

    /** Goes on to these keys. */
    CompletionStage<AuditReceipt> rotate(LogKeys next, String why) {
        Map<String, Object> facts = new TreeMap<>(next.facts());
        facts.put("why", why);
        return append(new Rotation(RecordDraft.of(KeyChain.ROTATED, facts, encoder.logId()), next));
    }

    private CompletionStage<AuditReceipt> append(Entry entry) {
        if (closing || failure != null) {
            refuse(entry, refusal());
        } else if (!queue.offer(entry)) {
            refuse(entry, AuditErrors.full(sizes.queue()));
        } else if (ended && queue.remove(entry)) {
            refuse(entry, refusal());
        }
        return entry.receipt.minimalCompletionStage();
    }

    /** Denies, or lets go and counts, as the operator chose. */
    private void refuse(Entry entry, IluraException why) {
        Gaps counted = gaps;
        if (counted == null || closing || entry instanceof Rotation) {
            entry.fail(why);
        } else {
            counted.add(String.valueOf(why.getMessage()), failure != null);
            entry.receipt.complete(AuditReceipt.unrecorded());
        }
    }

    private IluraException refusal() {
        IluraException why = failure;
        return why != null ? why : AuditErrors.closed();
    }

    String head() {
        return head;
    }

    /** The keys in force when it is asked. */
    LogKeys keys() {
        return encoder.keys();
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
        if (gaps != null) {
            gaps.close();
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
                recordGap();
                if (rotation.isDue(encoder.size())) {
                    beginEpoch();
                }
            }
            settle();
        } catch (Throwable e) {
            poison(e);
        } finally {
            end();
        }
    }

    private void beginEpoch() throws IOException {
        LogKeys next = rotation.prepare(encoder.keys(), false);
        Map<String, Object> facts = new TreeMap<>(next.facts());
        facts.put("why", "the epoch is over");
        commit(List.of(new Rotation(RecordDraft.of(KeyChain.ROTATED, facts, encoder.logId()), next)));
    }

    private void recordGap() throws IOException {
        Optional<Map<String, Object>> facts = gaps == null ? Optional.empty() : gaps.take();
        if (facts.isPresent()) {
            Entry entry =
                    new Entry(RecordDraft.of("gap", facts.get(), encoder.logId()), List.of(), Acknowledgement.DURABLE);
            entry.receipt.whenComplete((receipt, failed) -> {
                if (failed != null) {
                    Objects.requireNonNull(gaps, "gaps").putBack(facts.get());
                }
            });
            commit(List.of(entry));
        }
    }

    private List<Entry> drain(Entry first) {
        List<Entry> batch = new ArrayList<>();
        int bytes = 0;
        for (Entry entry = first; entry != null; entry = bytes < sizes.batchBytes() ? queue.poll() : null) {
            batch.add(entry);
            boolean last = batch.size() == BATCH_RECORDS || entry instanceof Rotation;
            bytes += last ? sizes.batchBytes() : entry.draft.maxLength();
        }
        return batch;
    }

    private void commit(List<Entry> batch) throws IOException {
        try {
            reserve(batch);
            write(batch, keepPayloads(batch));
        } catch (SegmentWriter.NoRoomException e) {
            IluraException why = AuditErrors.noSpace(e);
            batch.forEach(entry -> giveBack(entry, why));
        } catch (Throwable e) {
            poison(e);
            batch.forEach(entry -> giveBack(entry, refusal()));
            throw e;
        }
    }

    /** Of the log's own records nobody is to think that they were let go. */
    private void giveBack(Entry entry, IluraException why) {
        if (entry.draft.type().equals("gap")) {
            entry.fail(why);
        } else {
            refuse(entry, why);
        }
    }

    private void reserve(List<Entry> batch) throws IOException {
        long before = segments.firstRecord();
        boolean wasOpen = encoder.size() > 0;
        segments.reserve(bytesAtMost(batch), encoder.nextHead());
        if (wasOpen && segments.firstRecord() != before) {
            index.seal(before, encoder.sealed(trailerAt, segments.sealedBytes()));
        }
    }

    /** Where the payloads of each event stand, -1 where they are not kept. */
    private long[] keepPayloads(List<Entry> batch) throws IOException {
        long[] places = new long[batch.size()];
        payloads.begin(segments.firstRecord());
        for (int i = 0; i < places.length; i++) {
            Entry entry = batch.get(i);
            if (entry.draft.type().equals(REDACTION)) {
                payloads.shred(entry.draft);
            }
            places[i] = payloads.add(entry.draft, entry.payloads);
        }
        payloads.write();
        return places;
    }

    private int bytesAtMost(List<Entry> batch) {
        int trailer = Trailer.frameLength(4);
        int bytes = trailer;
        for (Entry entry : batch) {
            bytes += entry.draft.maxLength() + (sizes.signEachRecord() ? trailer : 0);
        }
        return bytes;
    }

    private void write(List<Entry> batch, long[] places) throws IOException {
        List<AuditReceipt> receipts = encode(batch, places);
        acknowledge(batch, receipts, Acknowledgement.QUEUED);
        trailerAt = segments.position() + encoder.trailerAt();
        segments.write(encoder.toWrite());
        forced = false;
        published = false;
        index.add(segments.firstRecord(), encoder.placed());
        boolean durable = batch.stream().anyMatch(entry -> entry.level == Acknowledgement.DURABLE);
        if (!durable) {
            newHead();
        }
        acknowledge(batch, receipts, Acknowledgement.WRITTEN);
        if (!durable) {
            return;
        }
        segments.force();
        forced = true;
        newHead();
        if (batch.get(batch.size() - 1) instanceof Rotation rotated) {
            rotated(rotated.next);
        }
        acknowledge(batch, receipts, Acknowledgement.DURABLE);
        if (time.nanos() - publishedNanos > CHECKPOINT_NANOS) {
            settle();
        }
    }

    /** The new keys are in the log, on disk: now the old ones may go. */
    private void rotated(LogKeys next) throws IOException {
        everyKey.addAll(next.all());
        PrivateFiles.replace(folder.keys(), LogKey.list(everyKey).getBytes(StandardCharsets.US_ASCII));
        rotation.done(encoder.size());
        settle();
    }

    private List<AuditReceipt> encode(List<Entry> batch, long[] places) {
        encoder.begin();
        List<AuditReceipt> receipts = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            Entry entry = batch.get(i);
            receipts.add(encoder.add(entry.draft, places[i], segments.position()));
            if (entry instanceof Rotation rotated) {
                newest = encoder.rotate(rotated.next);
            } else if (sizes.signEachRecord() || i == batch.size() - 1) {
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
            if (batch.get(i).level == level) {
                batch.get(i).receipt.complete(receipts.get(i));
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
            String note = encoder.keys().note(signed.checkpoint(), signed.trailer());
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
            refuse(entry, refusal());
        }
        try {
            anchors.close();
            payloads.close();
            segments.close();
        } catch (IOException e) {
            poison(e);
        }
        index.close();
    }
}
