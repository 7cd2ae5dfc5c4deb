package dev.ilura.adapter.postgresql;

import dev.ilura.AuditRecord;
import dev.ilura.audit.Sequencer;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The statements over the tables of schema.sql. Stateless. */
final class LogTables {
    private static final int HASH = 32;
    /** Serialises the making of tables; CREATE TABLE IF NOT EXISTS is not safe against itself. */
    private static final long SCHEMA_LOCK = 0x496C757261L;

    private LogTables() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(" + SCHEMA_LOCK + ")");
            statement.execute(schema());
        }
    }

    private static String schema() {
        try (InputStream in = LogTables.class.getResourceAsStream("schema.sql")) {
            if (in == null) {
                throw new IllegalStateException("schema.sql is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the database says of a log.
     *
     * @param writer counts openings; only the newest may write
     */
    record Row(Sequencer.State state, long writer, String keys, String note, String origin) {}

    /** Locks the row of a gateway's log until the transaction ends. */
    static Optional<Row> lock(Connection connection, String gateway) throws SQLException {
        return row(connection, gateway, " FOR UPDATE");
    }

    static Optional<Row> row(Connection connection, String gateway) throws SQLException {
        return row(connection, gateway, "");
    }

    private static Optional<Row> row(Connection connection, String gateway, String mode) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT log_id, size, subtrees, last_hash, last_ts, writer, keys, note, origin FROM ilura_log"
                        + " WHERE gateway = ?" + mode)) {
            select.setString(1, gateway);
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return Optional.empty();
                }
                Sequencer.State state = new Sequencer.State(
                        found.getBytes(1),
                        found.getLong(2),
                        split(found.getBytes(3)),
                        found.getBytes(4),
                        found.getLong(5));
                return Optional.of(
                        new Row(state, found.getLong(6), found.getString(7), found.getString(8), found.getString(9)));
            }
        }
    }

    private static List<byte[]> split(byte[] hashes) {
        List<byte[]> list = new ArrayList<>();
        for (int at = 0; at + HASH <= hashes.length; at += HASH) {
            list.add(Arrays.copyOfRange(hashes, at, at + HASH));
        }
        return list;
    }

    private static byte[] joined(List<byte[]> hashes) {
        byte[] all = new byte[hashes.size() * HASH];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i), 0, all, i * HASH, HASH);
        }
        return all;
    }

    static void insertLog(Connection connection, String gateway, Sequencer sequencer) throws SQLException {
        Sequencer.State state = sequencer.state();
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO ilura_log (log_id, gateway, origin, keys, writer, size, subtrees, last_hash, last_ts, note)"
                        + " VALUES (?, ?, ?, ?, 0, 0, ?, ?, 0, '')")) {
            insert.setBytes(1, state.logId());
            insert.setString(2, gateway);
            insert.setString(3, sequencer.origin());
            insert.setString(4, sequencer.keyList());
            insert.setBytes(5, new byte[0]);
            insert.setBytes(6, state.lastHash());
            insert.executeUpdate();
        }
    }

    /** Counts the opening; whoever wrote before can write no more. */
    static long nextWriter(Connection connection, byte[] logId) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE ilura_log SET writer = writer + 1 WHERE log_id = ? RETURNING writer")) {
            update.setBytes(1, logId);
            try (ResultSet result = update.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    static void insertRecords(Connection connection, byte[] logId, List<StoredRecord> records) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO ilura_record (log_id, seq, ts, type, call, session, server, tool, args, body)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (StoredRecord record : records) {
                insert.setBytes(1, logId);
                insert.setLong(2, record.entry().number());
                insert.setLong(3, record.entry().micros());
                insert.setString(4, record.entry().type());
                text(insert, 5, record.text("call"));
                text(insert, 6, record.text("session"));
                text(insert, 7, record.text("server"));
                text(insert, 8, record.text("tool"));
                text(insert, 9, record.arguments());
                insert.setBytes(10, record.entry().text());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** A text of PostgreSQL holds no NUL; the record itself does, escaped. */
    private static void text(PreparedStatement statement, int index, Optional<String> value) throws SQLException {
        if (value.isPresent()) {
            statement.setString(index, value.get().replace("\u0000", "\uFFFD"));
        } else {
            statement.setNull(index, Types.VARCHAR);
        }
    }

    static void insertEnd(Connection connection, Sequencer.End end) throws SQLException {
        Sequencer.State state = end.state();
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO ilura_batch (log_id, size, trailer) VALUES (?, ?, ?)")) {
            insert.setBytes(1, state.logId());
            insert.setLong(2, state.size());
            insert.setBytes(3, end.trailer());
            insert.executeUpdate();
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE ilura_log SET size = ?, subtrees = ?, last_hash = ?, last_ts = ?, note = ? WHERE log_id = ?")) {
            update.setLong(1, state.size());
            update.setBytes(2, joined(state.subtrees()));
            update.setBytes(3, state.lastHash());
            update.setLong(4, state.lastMicros());
            update.setString(5, end.note());
            update.setBytes(6, state.logId());
            update.executeUpdate();
        }
    }

    /** Another log in the database and its newest checkpoint. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier inside this package; nobody compares two of them
    record Other(byte[] logId, String origin, long size, String note) {}

    static List<Other> others(Connection connection, byte[] logId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT log_id, origin, size, note FROM ilura_log WHERE log_id <> ? AND note <> '' ORDER BY origin")) {
            select.setBytes(1, logId);
            List<Other> others = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    others.add(new Other(found.getBytes(1), found.getString(2), found.getLong(3), found.getString(4)));
                }
            }
            return others;
        }
    }

    /** Whether a log has more since a size than what it remembers of others; logs would wake each other for ever. */
    static boolean hasNews(Connection connection, Other other, long since) throws SQLException {
        return !records(
                        connection,
                        "SELECT seq, body FROM ilura_record WHERE log_id = ? AND seq >= ? AND type <> 'anchor' LIMIT 1",
                        other.logId(),
                        since)
                .isEmpty();
    }

    /** Dispatches whose outcome is not recorded. */
    static List<AuditRecord> openCalls(Connection connection, byte[] logId) throws SQLException {
        return records(
                connection,
                "SELECT d.seq, d.body FROM ilura_record d WHERE d.log_id = ? AND d.type = 'dispatch' AND NOT EXISTS ("
                        + "SELECT 1 FROM ilura_record o WHERE o.log_id = d.log_id AND o.call = d.call AND o.seq > d.seq"
                        + " AND o.type = 'outcome') ORDER BY d.seq",
                logId);
    }

    /**
     * Records that a query finds.
     *
     * @param sql gives number and body; its first parameter is the log's id
     * @param parameters strings and longs for the other ones
     */
    static List<AuditRecord> records(Connection connection, String sql, byte[] logId, Object... parameters)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setBytes(1, logId);
            for (int i = 0; i < parameters.length; i++) {
                select.setObject(i + 2, parameters[i]);
            }
            List<AuditRecord> records = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    records.add(record(found.getLong(1), found.getBytes(2)));
                }
            }
            return records;
        }
    }

    static AuditRecord record(long number, byte[] body) {
        return new AuditRecord(
                number, Digests.sha256Hex(new byte[] {0}, body), JsonValue.parse(body, JsonLimits.RECORD));
    }
}
