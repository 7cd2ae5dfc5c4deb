package dev.ilura.adapter.postgresql;

import dev.ilura.AuditRecord;
import dev.ilura.spi.AuditTrail;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Reads a log from its tables, on a connection of its own. Thread-safe; one question at a time. */
final class PostgresTrail implements AuditTrail, AutoCloseable {
    private final DataSource source;
    private final byte[] logId;
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable Connection connection;

    PostgresTrail(DataSource source, byte[] logId) {
        this.source = source;
        this.logId = logId.clone();
    }

    @Override
    public long size() {
        return ask("SELECT seq, body FROM ilura_record WHERE log_id = ? ORDER BY seq DESC LIMIT 1").stream()
                .mapToLong(record -> record.number() + 1)
                .findFirst()
                .orElse(0);
    }

    @Override
    public Optional<AuditRecord> record(long number) {
        return ask("SELECT seq, body FROM ilura_record WHERE log_id = ? AND seq = ?", number).stream()
                .findFirst();
    }

    @Override
    public List<AuditRecord> ofCall(String call) {
        return ask("SELECT seq, body FROM ilura_record WHERE log_id = ? AND call = ? ORDER BY seq", call);
    }

    @Override
    public List<AuditRecord> trace(String call) {
        Deque<List<AuditRecord>> causes = new ArrayDeque<>();
        Set<String> seen = new HashSet<>();
        Optional<String> next = Optional.of(call);
        while (next.isPresent() && seen.add(next.get())) {
            List<AuditRecord> records = ofCall(next.get());
            causes.addFirst(records);
            next = records.stream()
                    .flatMap(record -> record.text("parent").stream())
                    .findFirst();
        }
        return causes.stream().flatMap(List::stream).toList();
    }

    @Override
    public List<AuditRecord> ofSession(String session, int limit) {
        return ask(
                "SELECT seq, body FROM ilura_record WHERE log_id = ? AND session = ? ORDER BY seq DESC LIMIT ?",
                session,
                (long) limit);
    }

    /**
     * Records of a tool, newest first.
     *
     * @param limit at most so many
     */
    List<AuditRecord> ofTool(String server, String tool, int limit) {
        return ask(
                "SELECT seq, body FROM ilura_record WHERE log_id = ? AND server = ? AND tool = ? ORDER BY seq DESC"
                        + " LIMIT ?",
                server,
                tool,
                (long) limit);
    }

    private List<AuditRecord> ask(String sql, Object... parameters) {
        asking.lock();
        try {
            return LogTables.records(connected(), sql, logId, parameters);
        } catch (SQLException lost) {
            return askAgain(sql, parameters);
        } finally {
            asking.unlock();
        }
    }

    /** The server may have been restarted since the last question. */
    private List<AuditRecord> askAgain(String sql, Object... parameters) {
        try {
            close();
            return LogTables.records(connected(), sql, logId, parameters);
        } catch (SQLException e) {
            throw PostgresErrors.unusable(e);
        }
    }

    private Connection connected() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = source.getConnection();
            open.setAutoCommit(true);
            open.setReadOnly(true);
            connection = open;
        }
        return open;
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException alreadyGone) {
            // nothing to give back
        }
    }
}
