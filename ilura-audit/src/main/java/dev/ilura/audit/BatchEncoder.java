package dev.ilura.audit;

import dev.ilura.AuditReceipt;
import dev.ilura.audit.RecordDraft.Member;
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
import java.util.Optional;

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
    private final BatchBuffer buffer = new BatchBuffer();
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
        encode(draft, place(draft, number, call, sessionBefore, payloadAt));
        int body = buffer.endFrame();
        lastHash = sha.leaf(buffer.bytes(), body, buffer.size());
        tree.add(lastHash);
        places.add(new LogIndex.Place(
                number,
                segment,
                (int) (position + frame),
                key(draft.call(), call.newest()),
                key(draft.session(), sessionBefore)));
        links.add(draft, number);
        return new AuditReceipt(number, HEX.formatHex(lastHash));
    }

    private static LogIndex.Key key(Optional<String> text, long before) {
        return text.isPresent() ? new LogIndex.Key(text.get(), before) : LogIndex.Key.NONE;
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

    private void encode(RecordDraft draft, List<Member> place) {
        List<Member> facts = draft.members();
        byte before = '{';
        int p = 0;
        int f = 0;
        while (p < place.size() || f < facts.size()) {
            boolean placeNext = f == facts.size()
                    || (p < place.size()
                            && place.get(p).name().compareTo(facts.get(f).name()) < 0);
            buffer.append(before);
            buffer.append((placeNext ? place.get(p++) : facts.get(f++)).encoded());
            before = ',';
        }
        buffer.append((byte) '}');
    }

    /** The members that depend on what stands before, in key order. */
    private List<Member> place(
            RecordDraft draft, long number, CallLinks.OfCall call, long sessionBefore, long payloadAt) {
        long micros = micros(time.now());
        List<Member> members = new ArrayList<>(11);
        link(members, "approvalSeq", call.approval());
        if (micros < lastMicros) {
            integer(members, "clockBackUs", lastMicros - micros);
        }
        link(members, "decisionSeq", call.decision());
        link(members, "dispatchSeq", call.dispatch());
        integer(members, "mono", (time.nanos() - openedNanos) / 1_000);
        link(members, "parentSeq", links.ofCall(draft.parent()).newest());
        link(members, "payloadAt", payloadAt);
        members.add(Member.raw("prev", "\"" + Base64Text.url(lastHash) + "\""));
        link(members, "prevInCall", call.newest());
        link(members, "prevInSession", sessionBefore);
        integer(members, "seq", number);
        integer(members, "ts", micros);
        lastMicros = micros;
        return members;
    }

    private static long micros(Instant now) {
        return now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
    }

    private static void link(List<Member> members, String name, long number) {
        if (number >= 0) {
            integer(members, name, number);
        }
    }

    private static void integer(List<Member> members, String name, long value) {
        members.add(Member.raw(name, Long.toString(value)));
    }
}
