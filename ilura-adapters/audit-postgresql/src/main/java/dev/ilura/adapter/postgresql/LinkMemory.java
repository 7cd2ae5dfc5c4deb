package dev.ilura.adapter.postgresql;

import dev.ilura.AuditRecord;
import dev.ilura.audit.Sequencer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What new records link to: from memory for calls and sessions under way, from the tables for older ones. */
final class LinkMemory {
    private static final int KEPT = 1 << 14;

    private final byte[] logId;
    private final Map<String, OfCall> calls = bounded();
    private final Map<String, Long> sessions = bounded();

    LinkMemory(byte[] logId) {
        this.logId = logId.clone();
    }

    private record OfCall(OptionalLong newest, OptionalLong decision, OptionalLong approval, OptionalLong dispatch) {
        static final OfCall NOTHING =
                new OfCall(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

        OfCall and(String type, long number) {
            OptionalLong now = OptionalLong.of(number);
            return new OfCall(
                    now,
                    type.equals("decision") ? now : decision,
                    type.equals("approval") ? now : approval,
                    type.equals("dispatch") ? now : dispatch);
        }
    }

    Sequencer.Links links(Connection connection, Map<String, Object> facts) throws SQLException {
        OfCall call = call(connection, facts.get("call"));
        return new Sequencer.Links(
                call.newest(),
                call.decision(),
                call.approval(),
                call.dispatch(),
                call(connection, facts.get("parent")).newest(),
                session(connection, facts.get("session")));
    }

    private OfCall call(Connection connection, @Nullable Object name) throws SQLException {
        if (!(name instanceof String call)) {
            return OfCall.NOTHING;
        }
        OfCall kept = calls.get(call);
        if (kept == null) {
            kept = stored(connection, call);
            calls.put(call, kept);
        }
        return kept;
    }

    private OfCall stored(Connection connection, String call) throws SQLException {
        List<AuditRecord> newest = LogTables.records(
                connection,
                "SELECT seq, body FROM ilura_record WHERE log_id = ? AND call = ? ORDER BY seq DESC LIMIT 1",
                logId,
                call);
        if (newest.isEmpty()) {
            return OfCall.NOTHING;
        }
        AuditRecord record = newest.get(0);
        return new OfCall(
                        OptionalLong.empty(),
                        link(record, "decisionSeq"),
                        link(record, "approvalSeq"),
                        link(record, "dispatchSeq"))
                .and(record.type(), record.number());
    }

    private static OptionalLong link(AuditRecord record, String name) {
        return record.integer(name).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    private OptionalLong session(Connection connection, @Nullable Object name) throws SQLException {
        if (!(name instanceof String session)) {
            return OptionalLong.empty();
        }
        Long kept = sessions.get(session);
        if (kept != null) {
            return OptionalLong.of(kept);
        }
        List<AuditRecord> newest = LogTables.records(
                connection,
                "SELECT seq, body FROM ilura_record WHERE log_id = ? AND session = ? ORDER BY seq DESC LIMIT 1",
                logId,
                session);
        return newest.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(newest.get(0).number());
    }

    void add(Map<String, Object> facts, String type, long number) {
        if (facts.get("call") instanceof String call) {
            calls.put(call, calls.getOrDefault(call, OfCall.NOTHING).and(type, number));
        }
        if (facts.get("session") instanceof String session) {
            sessions.put(session, number);
        }
    }

    /** What was not stored is not linked to. */
    void forget() {
        calls.clear();
        sessions.clear();
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
