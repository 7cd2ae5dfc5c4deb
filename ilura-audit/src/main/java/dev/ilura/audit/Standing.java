package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.KeyChain;
import dev.ilura.audit.format.KnownMember;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.RecordGlance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of the records so far matters for those to come: calls whose end is open, questions that nobody answered yet, records
 * that name keys, the time of the last. Not thread-safe.
 */
final class Standing {
    private static final String DECISION = "decision";
    private static final String QUESTION = "question";
    private static final String[] KINDS = {"dispatch", "outcome", "approval", KeyChain.GENESIS, KeyChain.ROTATED};

    private final Map<String, Long> openCalls = new LinkedHashMap<>();
    private final Map<String, Long> openQuestions = new LinkedHashMap<>();
    private final List<Long> keyRecords = new ArrayList<>();
    private long lastMicros;

    /** Takes over what was known when a segment ended. */
    void resume(SealedState state, LogReader reader) {
        lastMicros = state.lastMicros();
        keyRecords.addAll(state.keyRecords());
        for (long number : state.openCalls()) {
            if (number < reader.oldest()) {
                continue;
            }
            RecordGlance record = new RecordGlance(reader.bytes(number));
            String call = record.text(RecordGlance.Member.CALL);
            if (call != null) {
                (record.is(RecordGlance.Member.TYPE, DECISION) ? openQuestions : openCalls).put(call, number);
            }
        }
    }

    /** What a record is to this class: its type, {@value #QUESTION} for a decision that asks a person, else empty. */
    static String kind(FlatRecord view) {
        if (view.is(KnownMember.TYPE, DECISION)) {
            return view.is(DECISION, "ask") ? QUESTION : "";
        }
        for (String kind : KINDS) {
            if (view.is(KnownMember.TYPE, kind)) {
                return kind;
            }
        }
        return "";
    }

    /**
     * The same of a record that is about to be written; of a type that does not matter the type itself.
     *
     * @param asks whether its member {@code decision} is {@code ask}
     */
    static String kind(String type, boolean asks) {
        return asks && type.equals(DECISION) ? QUESTION : type;
    }

    /** Sees the next record. */
    void add(String kind, @Nullable String call, long number, long micros) {
        lastMicros = micros;
        if (kind.equals("dispatch") && call != null) {
            openCalls.put(call, number);
        } else if (kind.equals("outcome") && call != null) {
            openCalls.remove(call);
        } else if (kind.equals(QUESTION) && call != null) {
            openQuestions.put(call, number);
        } else if (kind.equals("approval") && call != null) {
            openQuestions.remove(call);
        } else if (kind.equals(KeyChain.GENESIS) || kind.equals(KeyChain.ROTATED)) {
            keyRecords.add(number);
        }
    }

    /** Numbers of the dispatches that have no outcome. */
    List<Long> openDispatches() {
        return List.copyOf(openCalls.values());
    }

    /** Numbers of the decisions that asked a person and have no answer. */
    List<Long> openQuestions() {
        return List.copyOf(openQuestions.values());
    }

    List<Long> keyRecords() {
        return keyRecords;
    }

    /** {@code ts} of the last record. */
    long lastMicros() {
        return lastMicros;
    }

    /**
     * The end of a segment.
     *
     * @param tree of all records up to there
     */
    SealedState sealed(Bytes logId, MerkleTree tree, Bytes lastHash, long trailerAt, long segmentBytes) {
        List<Long> open = new ArrayList<>(openCalls.values());
        open.addAll(openQuestions.values());
        return new SealedState(logId, tree.copy(), lastHash, trailerAt, segmentBytes, lastMicros, open, keyRecords);
    }
}
