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
import org.jspecify.annotations.Nullable;

/**
 * Gives drafts their place: number, time, links and the hash of the record before, and puts them into a batch with its
 * trailer. Belongs to the appender's thread.
 */
final class BatchEncoder {
    private static final HexFormat HEX = HexFormat.of();

    private final LogKeys keys;
    private final String origin;
    private final CallLinks links;
    private final TimeSource time;
    private final long openedNanos;
    private final Sha256 sha = new Sha256();
    private final BatchBuffer buffer = new BatchBuffer(1 << 16);
    private final List<LogIndex.Place> places = new ArrayList<>();

    private final Bytes logId;
    private final MerkleTree tree;
    private byte[] lastHash;
    private long lastMicros;

    BatchEncoder(LogState state, LogKeys keys, CallLinks links, TimeSource time) {
        this.keys = keys;
        this.origin = SegmentHead.origin(state.logId());
        this.logId = state.logId();
        this.tree = state.tree();
        this.lastHash = state.lastHash().toArray();
        this.lastMicros = state.lastMicros();
        this.links = links;
        this.time = time;
        this.openedNanos = time.nanos();
    }

    /**
     * Where a log stands.
     *
     * @param lastMicros {@code ts} of the last record
     */
    record LogState(Bytes logId, MerkleTree tree, Bytes lastHash, long lastMicros) {}

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
        places.clear();
    }

    /**
     * Puts a record into the batch.
     *
     * @param payloadAt where its payloads stand, -1 if they are not kept
     * @param segment first record of the segment that the batch goes to
     * @param position where in it the batch will start
     */
    AuditReceipt add(RecordDraft draft, long payloadAt, long segment, long position) {
        long number = tree.size();
        int frame = buffer.size();
        buffer.beginFrame();
        CallLinks.OfCall call = links.ofCall(draft.call());
        long sessionBefore = links.newestOfSession(draft.session());
        encode(draft, number, call, sessionBefore, payloadAt);
        int body = buffer.endFrame();
        lastHash = sha.leaf(buffer.bytes(), body, buffer.size());
        tree.add(lastHash);
        places.add(new LogIndex.Place(
                number,
                segment,
                (int) (position + frame),
                key(draft.call(), call.newest),
                key(draft.session(), sessionBefore)));
        links.add(draft, call, number);
        return new AuditReceipt(number, HEX.formatHex(lastHash));
    }

    private static LogIndex.Key key(@Nullable String text, long before) {
        return text != null ? new LogIndex.Key(text, before) : LogIndex.Key.NONE;
    }

    /** Signs all records so far and ends the batch. */
    Signed sign() {
        Checkpoint checkpoint = new Checkpoint(origin, tree.size(), tree.root());
        Trailer trailer = keys.trailer(checkpoint);
        buffer.beginFrame();
        buffer.append(trailer.body());
        buffer.endFrame();
        return new Signed(checkpoint, trailer);
    }

    /** The end of a batch. */
    record Signed(Checkpoint checkpoint, Trailer trailer) {}

    ByteBuffer toWrite() {
        return buffer.toWrite();
    }

    List<LogIndex.Place> places() {
        return places;
    }

    private void encode(RecordDraft draft, long number, CallLinks.OfCall call, long sessionBefore, long payloadAt) {
        long micros = micros(time.now());
        link(draft, Slot.APPROVAL_SEQ, call.approval);
        link(draft, Slot.CLOCK_BACK, micros < lastMicros ? lastMicros - micros : CallLinks.NONE);
        link(draft, Slot.DECISION_SEQ, call.decision);
        link(draft, Slot.DISPATCH_SEQ, call.dispatch);
        link(draft, Slot.MONO, (time.nanos() - openedNanos) / 1_000);
        link(draft, Slot.PARENT_SEQ, links.newestOfCall(draft.parent()));
        link(draft, Slot.PAYLOAD_AT, payloadAt);
        previous(draft);
        link(draft, Slot.PREV_IN_CALL, call.newest);
        link(draft, Slot.PREV_IN_SESSION, sessionBefore);
        link(draft, Slot.SEQ, number);
        link(draft, Slot.TS, micros);
        draft.appendRest(buffer);
        buffer.append((byte) '}');
        buffer.set(buffer.body(), (byte) '{');
        lastMicros = micros;
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
