package dev.ilura.adapter.postgresql;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.IluraException;
import dev.ilura.audit.DirectoryExport;
import dev.ilura.audit.KeyPassphrase;
import dev.ilura.audit.LogSigners;
import dev.ilura.audit.Sequencer;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A log in PostgreSQL, for gateways on several machines: one log for each gateway in one database, with the records, trailers
 * and checkpoints of a file log. The database is the sequencer and the store; the keys stay with the gateway. Logs of one
 * database remember each other.
 *
 * <p>Every acknowledged record but those that asked for the queue only is committed with {@code synchronous_commit}. {@link #export}
 * writes the directory that every verifier reads. Thread-safe.
 *
 * <p>What the file log does and this one does not: keys do not rotate; payloads are not kept (records hold salted commitments
 * to them, so there is nothing to shred); facts cannot be hidden; old records are not removed; records are not signed one by
 * one; and no anchor outside the database is asked, so an export is anchored by keeping its checkpoint elsewhere.
 */
public final class PostgresAuditLog implements AuditSink {
    private static final int FETCH = 1_000;

    private final DataSource source;
    private final String gateway;
    private final PostgresWriter writer;
    private final PostgresTrail trail;

    private PostgresAuditLog(DataSource source, String gateway, PostgresWriter writer, PostgresTrail trail) {
        this.source = source;
        this.gateway = gateway;
        this.writer = writer;
        this.trail = trail;
    }

    /**
     * Starts configuring a gateway's log.
     *
     * @param source gives connections to a database in which the user may make tables; at least two at a time
     * @param gateway names the log in the database
     * @param keys directory of the gateway's keys, made if it is not there
     */
    public static Builder in(DataSource source, String gateway, Path keys) {
        return new Builder(source, gateway, keys);
    }

    /**
     * Appends one event. The stage completes exceptionally with an {@link IluraException}: ILR-AUDIT-006 if the event cannot
     * be recorded, -007 if the queue is full, -009 if the log failed, -010 if it is closed.
     */
    @Override
    public CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
        return writer.append(event, level);
    }

    @Override
    public String head() {
        return writer.head();
    }

    @Override
    public Optional<AuditTrail> trail() {
        return Optional.of(trail);
    }

    /** Records of a tool, newest first, at most so many. */
    public List<AuditRecord> ofTool(String server, String tool, int limit) {
        return trail.ofTool(server, tool, limit);
    }

    /**
     * Writes the log as the directory that {@code ilura audit verify} and every other verifier reads, as it was at one
     * moment.
     *
     * @param directory gets a folder {@code log}; must not hold one
     * @throws IOException if it cannot be written
     * @throws IluraException ILR-AUDIT-021 if the database cannot be read
     */
    public void export(Path directory) throws IOException {
        exportOf(gateway, directory);
    }

    /**
     * Writes the log of another gateway in the same database, see {@link #export}.
     *
     * @param other names it
     */
    public void exportOf(String other, Path directory) throws IOException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            LogTables.Row row = LogTables.row(connection, other)
                    .orElseThrow(() -> new SQLException("there is no log of \"" + other + "\""));
            try (DirectoryExport export =
                    new DirectoryExport(directory, row.state().logId())) {
                write(connection, row, export);
                export.finish(row.keys(), row.note());
            }
        } catch (SQLException e) {
            throw PostgresErrors.unusable(e);
        }
    }

    /** Records in order, and behind the last one of each batch its end. */
    private static void write(Connection connection, LogTables.Row row, DirectoryExport export)
            throws SQLException, IOException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT r.body, b.trailer FROM ilura_record r LEFT JOIN ilura_batch b"
                        + " ON b.log_id = r.log_id AND b.size = r.seq + 1 WHERE r.log_id = ? ORDER BY r.seq")) {
            select.setFetchSize(FETCH);
            select.setBytes(1, row.state().logId());
            try (ResultSet records = select.executeQuery()) {
                while (records.next()) {
                    export.record(records.getBytes(1));
                    byte[] trailer = records.getBytes(2);
                    if (trailer != null) {
                        export.batchEnd(trailer);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        writer.close();
        trail.close();
    }

    /** Settings of a log. Not thread-safe; used once. */
    public static final class Builder {
        private final DataSource source;
        private final String gateway;
        private final Path keys;
        private TimeSource time = TimeSource.system();
        private int queueBound = 16_384;
        private Duration patience = Duration.ofSeconds(10);
        private Duration anchorEvery = Duration.ofMinutes(1);
        private @Nullable KeyPassphrase passphrase;

        private Builder(DataSource source, String gateway, Path keys) {
            if (gateway.isBlank() || gateway.length() > 200) {
                throw new IllegalArgumentException("a gateway has a name of at most 200 characters");
            }
            this.source = source;
            this.gateway = gateway;
            this.keys = keys;
        }

        /** The clock; the system's by default. */
        public Builder time(TimeSource clock) {
            this.time = clock;
            return this;
        }

        /** How many events may wait to be written; more are refused. 16,384 by default. */
        public Builder queueBound(int events) {
            if (events < 1) {
                throw new IllegalArgumentException("the queue must hold at least one event, not " + events);
            }
            this.queueBound = events;
            return this;
        }

        /** How long events wait for a server that is gone; then the log fails. Ten seconds by default. */
        public Builder patience(Duration waiting) {
            this.patience = waiting;
            return this;
        }

        /** How often the log takes down what other logs in the database have come to. A minute by default. */
        public Builder anchorOthersEvery(Duration interval) {
            this.anchorEvery = interval;
            return this;
        }

        /** The passphrase of the key file; by default a random one that is kept beside it. */
        public Builder passphrase(KeyPassphrase given) {
            this.passphrase = given;
            return this;
        }

        /**
         * Opens the log, and makes it and the tables if there are none. Calls whose end is not known are closed by records
         * that say so.
         *
         * @throws IluraException ILR-AUDIT-001 if another gateway writes it, -004 if it is not the one that these keys
         *     signed, -005 if the keys cannot be used, -021 if the database cannot be used
         */
        public PostgresAuditLog open() {
            LogSigners signers = LogSigners.in(keys, Optional.ofNullable(passphrase), time.now());
            Session session = null;
            try {
                session = Session.open(source, gateway);
                return open(session, signers);
            } catch (Session.InUseException e) {
                throw PostgresErrors.inUse(gateway);
            } catch (SQLException | InterruptedException e) {
                release(session);
                throw PostgresErrors.unusable(e);
            } catch (RuntimeException e) {
                release(session);
                throw e;
            }
        }

        private static void release(@Nullable Session session) {
            try {
                if (session != null) {
                    session.close();
                }
            } catch (SQLException alreadyGone) {
                // nothing to give back
            }
        }

        private PostgresAuditLog open(Session session, LogSigners signers) throws SQLException, InterruptedException {
            Connection connection = session.connection();
            LogTables.create(connection);
            SecureRandom random = new SecureRandom();
            Optional<LogTables.Row> found = LogTables.lock(connection, gateway);
            Sequencer sequencer =
                    found.isPresent() ? resumed(found.get(), signers, random) : new Sequencer(signers, time, random);
            byte[] logId = sequencer.state().logId();
            if (found.isEmpty()) {
                begin(connection, sequencer);
            }
            long writer = LogTables.nextWriter(connection, logId);
            List<AuditRecord> open = LogTables.openCalls(connection, logId);
            CrossAnchors others = new CrossAnchors(logId, anchorEvery, time.nanos());
            others.load(connection);
            connection.commit();
            PostgresWriter.Limits limits = new PostgresWriter.Limits(queueBound, patience, anchorEvery);
            PostgresWriter thread =
                    new PostgresWriter(source, gateway, session, writer, sequencer, others, time, limits);
            thread.recover(open);
            thread.start();
            return new PostgresAuditLog(source, gateway, thread, new PostgresTrail(source, logId));
        }

        private Sequencer resumed(LogTables.Row row, LogSigners signers, SecureRandom random) {
            Sequencer sequencer = new Sequencer(row.state(), signers, time, random);
            if (!row.keys().equals(sequencer.keyList())) {
                throw PostgresErrors.forged("its key list names other keys");
            }
            if (!sequencer.isSigned(row.note())) {
                throw PostgresErrors.forged("its checkpoint is not signed or not that of its records");
            }
            return sequencer;
        }

        private void begin(Connection connection, Sequencer sequencer) throws SQLException {
            LogTables.insertLog(connection, gateway, sequencer);
            StoredRecord genesis = new StoredRecord(sequencer.genesis(), Map.of());
            LogTables.insertRecords(connection, sequencer.state().logId(), List.of(genesis));
            LogTables.insertEnd(connection, sequencer.end());
        }
    }
}
