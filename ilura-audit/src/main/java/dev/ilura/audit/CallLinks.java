package dev.ilura.audit;

import dev.ilura.AuditRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the log about calls and sessions that are under way, so that a new record can carry links to it. Kept in
 * memory for the newest ones and read from the log for older ones. Belongs to the appender's thread.
 */
final class CallLinks {
    /** More than one batch can hold, so that records of the batch at hand are always found here. */
    static final int KEPT = 1 << 15;

    static final long NONE = -1;

    private final LogReader reader;
    private final Map<String, OfCall> calls = bounded();
    private final Map<String, OfSession> sessions = bounded();

    CallLinks(LogReader reader) {
        this.reader = reader;
    }

    /** Numbers of the newest records of one call, by type; {@link #NONE} if there is none. */
    static final class OfCall {
        long newest = NONE;
        long decision = NONE;
        long approval = NONE;
        long dispatch = NONE;

        private void add(String type, long number) {
            newest = number;
            switch (type) {
                case "decision" -> decision = number;
                case "approval" -> approval = number;
                case "dispatch" -> dispatch = number;
                default -> {
                    // nothing else is linked to
                }
            }
        }
    }

    /** The newest record of one session. */
    private static final class OfSession {
        private long newest = NONE;
    }

    /** What is known of a call before its next record is added; of none if the name is null. */
    OfCall ofCall(@Nullable String call) {
        if (call == null) {
            return new OfCall();
        }
        OfCall kept = calls.get(call);
        return kept != null ? kept : fromLog(call);
    }

    private OfCall fromLog(String call) {
        OfCall found = new OfCall();
        AuditRecord record = reader.newestOfCall(call);
        if (record != null) {
            found.decision = record.integer("decisionSeq").orElse(NONE);
            found.approval = record.integer("approvalSeq").orElse(NONE);
            found.dispatch = record.integer("dispatchSeq").orElse(NONE);
            found.add(record.type(), record.number());
        }
        return found;
    }

    /** The newest record of a call, {@link #NONE} if there is none. */
    long newestOfCall(@Nullable String call) {
        if (call == null) {
            return NONE;
        }
        OfCall kept = calls.get(call);
        return kept != null ? kept.newest : reader.numberOfNewest(RecordKeys.Kind.CALL, call);
    }

    /** The newest record of a session, {@link #NONE} if there is none. */
    long newestOfSession(@Nullable String session) {
        if (session == null) {
            return NONE;
        }
        OfSession kept = sessions.get(session);
        return kept != null ? kept.newest : reader.numberOfNewest(RecordKeys.Kind.SESSION, session);
    }

    /**
     * Takes note of a record that has just got its number.
     *
     * @param before what {@link #ofCall} gave for its call
     */
    void add(RecordDraft draft, OfCall before, long number) {
        if (draft.call() != null) {
            before.add(draft.type(), number);
            calls.put(draft.call(), before);
        }
        if (draft.session() != null) {
            sessions.computeIfAbsent(draft.session(), name -> new OfSession()).newest = number;
        }
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > KEPT;
            }
        };
    }
}
