package dev.ilura.audit;

import dev.ilura.AuditRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in the log about calls and sessions that are under way, so that a new record can carry links to it. Kept in
 * memory for the newest ones and read from the log for older ones. Belongs to the appender's thread.
 */
final class CallLinks {
    /** More than one batch can hold, so that records of the batch at hand are always found here. */
    static final int KEPT = 1 << 15;

    private static final long NONE = -1;

    private final LogReader reader;
    private final Map<String, OfCall> calls = bounded();
    private final Map<String, Long> sessions = bounded();

    CallLinks(LogReader reader) {
        this.reader = reader;
    }

    /** Numbers of the newest records of one call, by type; -1 if there is none. */
    record OfCall(long newest, long decision, long approval, long dispatch) {
        static final OfCall NOTHING = new OfCall(NONE, NONE, NONE, NONE);

        static OfCall after(AuditRecord record) {
            OfCall before = new OfCall(
                    NONE,
                    record.integer("decisionSeq").orElse(NONE),
                    record.integer("approvalSeq").orElse(NONE),
                    record.integer("dispatchSeq").orElse(NONE));
            return before.and(record.type(), record.number());
        }

        OfCall and(String type, long number) {
            return new OfCall(
                    number,
                    type.equals("decision") ? number : decision,
                    type.equals("approval") ? number : approval,
                    type.equals("dispatch") ? number : dispatch);
        }
    }

    OfCall ofCall(Optional<String> call) {
        if (call.isEmpty()) {
            return OfCall.NOTHING;
        }
        OfCall kept = calls.get(call.get());
        return kept != null
                ? kept
                : reader.newestOfCall(call.get()).map(OfCall::after).orElse(OfCall.NOTHING);
    }

    long newestOfSession(Optional<String> session) {
        if (session.isEmpty()) {
            return NONE;
        }
        Long kept = sessions.get(session.get());
        return kept != null ? kept : reader.newestOfSession(session.get());
    }

    /** Takes note of a record that has just got its number. */
    void add(RecordDraft draft, long number) {
        draft.call().ifPresent(call -> calls.put(call, ofCall(draft.call()).and(draft.type(), number)));
        draft.session().ifPresent(session -> sessions.put(session, number));
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
