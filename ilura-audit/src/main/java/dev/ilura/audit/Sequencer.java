package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.MalformedRecordException;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.Trailer;
import dev.ilura.json.CanonicalJson;
import dev.ilura.spi.TimeSource;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes the records, batch ends and checkpoints of a log that is kept in another store than files, in the same format
 * (docs/audit-format.md). The store is what has to be single-writer, atomic and durable. Not thread-safe.
 */
public final class Sequencer {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    private static final Set<String> RESERVED = Set.of(
            "approvalSeq",
            "clockBackUs",
            "decisionSeq",
            "dispatchSeq",
            "log",
            "mono",
            "parentSeq",
            "payloadAt",
            "prev",
            "prevInCall",
            "prevInSession",
            "seq",
            "ts",
            "type",
            "v");

    private final Bytes logId;
    private final LogKeys keys;
    private final TimeSource time;
    private final long openedNanos;
    private final SecureRandom random;
    private final Sha256 sha = new Sha256();

    private MerkleTree tree;
    private byte[] lastHash;
    private long lastMicros;

    /** A new log under a fresh id; its first record is {@link #genesis}. */
    public Sequencer(LogSigners signers, TimeSource time, SecureRandom random) {
        this(new State(newId(random), 0, List.of(), new byte[Sha256.LENGTH], 0), signers, time, random);
    }

    /**
     * Goes on where a log stands.
     *
     * @throws IllegalArgumentException if the state is none
     */
    public Sequencer(State state, LogSigners signers, TimeSource time, SecureRandom random) {
        this.logId = Bytes.of(state.logId());
        this.keys = new LogKeys(SegmentHead.origin(logId), signers.ecdsa(), signers.ed25519());
        this.time = time;
        this.openedNanos = time.nanos();
        this.random = random;
        this.tree = MerkleTree.of(
                state.size(), state.subtrees().stream().map(Bytes::of).toList());
        this.lastHash = state.lastHash().clone();
        this.lastMicros = state.lastMicros();
    }

    private static byte[] newId(SecureRandom random) {
        byte[] id = new byte[SegmentHead.ID_LENGTH];
        random.nextBytes(id);
        return id;
    }

    /**
     * Where a log stands: what a store keeps beside its records.
     *
     * @param logId 16 bytes that name the log
     * @param subtrees hashes of the complete subtrees over all records, from the left
     * @param lastHash hash of the last record; zeros if there is none
     * @param lastMicros its {@code ts}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    public record State(byte[] logId, long size, List<byte[]> subtrees, byte[] lastHash, long lastMicros) {
        public State {
            subtrees = List.copyOf(subtrees);
        }
    }

    /** Numbers of what a new record links to; empty where there is nothing. */
    public record Links(
            OptionalLong call,
            OptionalLong decision,
            OptionalLong approval,
            OptionalLong dispatch,
            OptionalLong parent,
            OptionalLong session) {}

    /**
     * One record, ready to be stored.
     *
     * @param text the record, canonical JSON
     * @param hash its leaf in the tree, 32 bytes
     * @param micros its {@code ts}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    public record Entry(long number, String type, byte[] text, byte[] hash, long micros) {}

    /**
     * The end of a batch, ready to be stored with its records.
     *
     * @param trailer as it stands in a segment, without its frame
     * @param note the checkpoint
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
    public record End(byte[] trailer, String note, State state) {}

    /** The log's name. */
    public String origin() {
        return keys.ecdsa().name();
    }

    /** How many records there are, with those of the batch at hand. */
    public long size() {
        return tree.size();
    }

    /** {@code size:rootHashHex} of all records so far. */
    public String head() {
        return tree.size() + ":" + tree.root().hex();
    }

    /** The log's key list, as its file has it. */
    public String keyList() {
        return keys.ecdsa().line() + "\n" + keys.ed25519().line() + "\n";
    }

    /** The first record. */
    public Entry genesis() {
        Map<String, Object> facts = new TreeMap<>(keys.facts());
        facts.put("origin", origin());
        return add("genesis", facts, NOTHING);
    }

    private static final Links NOTHING = new Links(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());

    /** No links. */
    public static Links unlinked() {
        return NOTHING;
    }

    /**
     * Makes the next record, of an event; payloads become salted commitments.
     *
     * @throws dev.ilura.IluraException ILR-AUDIT-006 if it cannot be recorded; nothing has changed then
     */
    public Entry add(AuditEvent event, Links links) {
        Map<String, Object> facts = new TreeMap<>(event.facts());
        Payload.members(Payload.of(event, Set.of(), random)).forEach((name, value) -> {
            if (facts.put(name, value) != null) {
                throw AuditErrors.unrecordable("\"" + name + "\" is the log's own member");
            }
        });
        return add(event.type().label(), facts, links);
    }

    /**
     * Makes the next record, one that the log itself writes.
     *
     * @param facts values are strings, booleans and {@code Long}
     * @throws dev.ilura.IluraException ILR-AUDIT-006 if it cannot be recorded; nothing has changed then
     */
    public Entry add(String type, Map<String, Object> facts, Links links) {
        Instant now = time.now();
        long micros = now.getEpochSecond() * 1_000_000L + now.getNano() / 1_000;
        long number = tree.size();
        Map<String, Object> members = members(type, facts, links);
        if (micros < lastMicros) {
            members.put("clockBackUs", lastMicros - micros);
        }
        members.put("seq", number);
        members.put("ts", micros);
        byte[] text = encoded(members);
        byte[] leaf = sha.leaf(text, 0, text.length);
        tree.add(leaf);
        lastHash = leaf;
        lastMicros = micros;
        return new Entry(number, type, text, leaf, micros);
    }

    private Map<String, Object> members(String type, Map<String, Object> facts, Links links) {
        Map<String, Object> members = new TreeMap<>(facts);
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            if (!NAME.matcher(fact.getKey()).matches() || RESERVED.contains(fact.getKey())) {
                throw AuditErrors.unrecordable("a fact cannot be called \"" + fact.getKey() + "\"");
            }
        }
        members.put("v", 1L);
        members.put("type", type);
        members.put("log", logId.url());
        members.put("prev", Base64Text.url(lastHash));
        members.put("mono", (time.nanos() - openedNanos) / 1_000);
        links.call().ifPresent(link -> members.put("prevInCall", link));
        links.decision().ifPresent(link -> members.put("decisionSeq", link));
        links.approval().ifPresent(link -> members.put("approvalSeq", link));
        links.dispatch().ifPresent(link -> members.put("dispatchSeq", link));
        links.parent().ifPresent(link -> members.put("parentSeq", link));
        links.session().ifPresent(link -> members.put("prevInSession", link));
        return members;
    }

    /** The verifier's own reader decides whether a record is one. */
    private static byte[] encoded(Map<String, Object> members) {
        try {
            byte[] text = CanonicalJson.of(members);
            new FlatRecord().read(text, 0, text.length);
            if (text.length > Frame.MAX_RECORD) {
                throw AuditErrors.unrecordable("it takes " + text.length + " bytes of " + Frame.MAX_RECORD);
            }
            return text;
        } catch (IllegalArgumentException e) {
            throw AuditErrors.unrecordable(String.valueOf(e.getMessage()));
        } catch (MalformedRecordException e) {
            throw AuditErrors.unrecordable(e.what());
        }
    }

    /** Signs all records so far. */
    public End end() {
        Checkpoint checkpoint = new Checkpoint(origin(), tree.size(), tree.root());
        Trailer trailer = keys.trailer(checkpoint);
        return new End(trailer.body(), keys.note(checkpoint, trailer), state());
    }

    /** Where the log stands. */
    public State state() {
        return new State(
                logId.toArray(),
                tree.size(),
                tree.complete().stream().map(Bytes::toArray).toList(),
                lastHash.clone(),
                lastMicros);
    }

    /** Forgets the records since this state, which the store did not take. */
    public void rewind(State state) {
        tree = MerkleTree.of(
                state.size(), state.subtrees().stream().map(Bytes::of).toList());
        lastHash = state.lastHash().clone();
        lastMicros = state.lastMicros();
    }

    /**
     * Whether the log's own keys signed this checkpoint note, and it is of this state.
     *
     * @param note as {@link End#note()} gave it
     */
    public boolean isSigned(String note) {
        try {
            return Checkpoint.parse(note, keys.all()).equals(new Checkpoint(origin(), tree.size(), tree.root()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
