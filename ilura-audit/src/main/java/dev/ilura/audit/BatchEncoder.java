package dev.ilura.audit;

import dev.ilura.AuditReceipt;
import dev.ilura.audit.RecordDraft.Slot;
import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.Trailer;
import dev.ilura.spi.TimeSource;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Gives drafts their place: number, time, links and the hash of the record before, and puts them into a batch with its
 * trailer. Belongs to the appender's thread.
 */
final class BatchEncoder {
    private static final HexFormat HEX = HexFormat.of();

    private LogKeys keys;
    private final String origin;
    private final CallLinks links;
    private final TimeSource time;
    private final long openedNanos;
    private final Sha256 sha = new Sha256();
    private final BatchBuffer buffer = new BatchBuffer(1 << 16);
    private final List<Placed> placed = new ArrayList<>();

    private final Bytes logId;
    private final MerkleTree tree;
    private byte[] lastHash;
    private int trailerAt;
    private final Standing standing;
    private final long seed;

    BatchEncoder(LogState state, LogKeys keys, CallLinks links, long seed, TimeSource time) {
        this.keys = keys;
        this.origin = SegmentHead.origin(state.logId());
        this.logId = state.logId();
        this.tree = state.tree();
        this.lastHash = state.lastHash().toArray();
        this.standing = state.standing();
        this.seed = seed;
        this.links = links;
        this.time = time;
        this.openedNanos = time.nanos();
    }

    /**
     * Where a log stands.
     *
     * @param standing what of its records matters for those to come
     */
    record LogState(Bytes logId, MerkleTree tree, Bytes lastHash, Standing standing) {}

    /**
     * A record of the batch at hand, for the index.
     *
     * @param offset where its frame starts in the segment
     */
    record Placed(int offset, RecordKeys keys) {}

    /** How many records there are, those of the batch at hand included. */
    long size() {
        return tree.size();
    }

    /** The log's id as records carry it. */
    String logId() {
        return logId.url();
    }

    /** The head of a segment that would start with the next record. */
    SegmentHead nextHead() {
        return new SegmentHead(tree.size(), logId, Bytes.of(lastHash));
    }

    /** Starts the next batch. */
    void begin() {
        buffer.clear();
        placed.clear();
    }

    /**
     * Puts a record into the batch.
     *
     * @param payloadAt where its payloads stand, -1 if they are not kept
     * @param position where in the segment the batch will start
     */
    AuditReceipt add(RecordDraft draft, long payloadAt, long position) {
        long number = tree.size();
        int frame = buffer.size();
        buffer.beginFrame();
        CallLinks.OfCall call = links.ofCall(draft.call());
        long inCall = call.newest;
        long inSession = links.newestOfSession(draft.session());
        long micros = micros(time.now());
        encode(draft, number, micros, call, inSession, payloadAt);
        int body = buffer.endFrame();
        lastHash = sha.leaf(buffer.bytes(), body, buffer.size());
        tree.add(lastHash);
        placed.add(new Placed((int) (position + frame), keys(draft, number, inCall, inSession)));
        links.add(draft, call, number);
        standing.add(draft.kind(), draft.call(), number, micros);
        return new AuditReceipt(number, HEX.formatHex(lastHash));
    }

    private RecordKeys keys(RecordDraft draft, long number, long inCall, long inSession) {
        RecordKeys found = new RecordKeys(seed).of(number, inCall, inSession);
        for (RecordKeys.Kind kind : RecordKeys.Kind.ALL) {
            found.put(kind, draft.key(kind));
        }
        return found;
    }

    /** Signs all records so far and ends the batch. */
    Signed sign() {
        Checkpoint checkpoint = checkpoint();
        return end(checkpoint, keys.trailer(checkpoint));
    }

    /** Ends a batch whose last record names these keys, which are in force from now on. */
    Signed rotate(LogKeys next) {
        Checkpoint checkpoint = checkpoint();
        Trailer trailer = keys.rotation(checkpoint, next);
        keys = next;
        return end(checkpoint, trailer);
    }

    private Checkpoint checkpoint() {
        return new Checkpoint(origin, tree.size(), tree.root());
    }

    private Signed end(Checkpoint checkpoint, Trailer trailer) {
        trailerAt = buffer.size();
        buffer.beginFrame();
        buffer.append(trailer.body());
        buffer.endFrame();
        return new Signed(checkpoint, trailer);
    }

    /** Where in the batch its last trailer starts. */
    int trailerAt() {
        return trailerAt;
    }

    /** The keys in force. */
    LogKeys keys() {
        return keys;
    }

    /** How the log stands at the end of a segment, before the first batch of the next. */
    SealedState sealed(long lastTrailerAt, long segmentBytes) {
        return standing.sealed(logId, tree, Bytes.of(lastHash), lastTrailerAt, segmentBytes);
    }

    /** The end of a batch. */
    record Signed(Checkpoint checkpoint, Trailer trailer) {}

    ByteBuffer toWrite() {
        return buffer.toWrite();
    }

    List<Placed> placed() {
        return placed;
    }

    private void encode(
            RecordDraft draft, long number, long micros, CallLinks.OfCall call, long inSession, long payloadAt) {
        long before = standing.lastMicros();
        link(draft, Slot.APPROVAL_SEQ, call.approval);
        link(draft, Slot.CLOCK_BACK, micros < before ? before - micros : CallLinks.NONE);
        link(draft, Slot.DECISION_SEQ, call.decision);
        link(draft, Slot.DISPATCH_SEQ, call.dispatch);
        link(draft, Slot.MONO, (time.nanos() - openedNanos) / 1_000);
        link(draft, Slot.PARENT_SEQ, links.newestOfCall(draft.parent()));
        link(draft, Slot.PAYLOAD_AT, payloadAt);
        previous(draft);
        link(draft, Slot.PREV_IN_CALL, call.newest);
        link(draft, Slot.PREV_IN_SESSION, inSession);
        link(draft, Slot.SEQ, number);
        link(draft, Slot.TS, micros);
        draft.appendRest(buffer);
        buffer.append((byte) '}');
        buffer.set(buffer.body(), (byte) '{');
    }

    private void link(RecordDraft draft, Slot slot, long number) {
        draft.appendUpTo(slot, buffer);
        if (number >= 0) {
            buffer.append(slot.prefix());
            buffer.integer(number);
        }
    }

    private void previous(RecordDraft draft) {
        draft.appendUpTo(Slot.PREV, buffer);
        buffer.append(Slot.PREV.prefix());
        buffer.append((byte) '"');
        buffer.ascii(Base64Text.url(lastHash));
        buffer.append((byte) '"');
    }

    private static long micros(Instant now) {
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
    }
}
