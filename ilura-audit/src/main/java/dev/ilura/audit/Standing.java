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
 * What of the records so far matters for those to come: calls whose end is open, records that name keys, the time of the
 * last. Not thread-safe.
 */
final class Standing {
    private static final String[] KINDS = {"dispatch", "outcome", KeyChain.GENESIS, KeyChain.ROTATED};

    private final Map<String, Long> openCalls = new LinkedHashMap<>();
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
            String call = new RecordGlance(reader.bytes(number)).text(RecordGlance.Member.CALL);
            if (call != null) {
                openCalls.put(call, number);
            }
        }
    }

    /** The type of a record as far as it matters here; empty for all others. */
    static String kind(FlatRecord view) {
        for (String kind : KINDS) {
            if (view.is(KnownMember.TYPE, kind)) {
                return kind;
            }
        }
        return "";
    }

    /** Sees the next record. */
    void add(String type, @Nullable String call, long number, long micros) {
        lastMicros = micros;
        if (type.equals("dispatch") && call != null) {
            openCalls.put(call, number);
        } else if (type.equals("outcome") && call != null) {
            openCalls.remove(call);
        } else if (type.equals(KeyChain.GENESIS) || type.equals(KeyChain.ROTATED)) {
            keyRecords.add(number);
        }
    }

    /** Numbers of the dispatches that have no outcome. */
    List<Long> openDispatches() {
        return List.copyOf(openCalls.values());
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
        return new SealedState(
                logId, tree.copy(), lastHash, trailerAt, segmentBytes, lastMicros, openDispatches(), keyRecords);
    }
}
