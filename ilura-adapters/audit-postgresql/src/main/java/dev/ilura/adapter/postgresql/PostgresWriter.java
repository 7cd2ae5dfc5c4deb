package dev.ilura.adapter.postgresql;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.IluraException;
import dev.ilura.audit.Sequencer;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.TimeSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes: whatever queued up during the last transaction becomes one batch, under one signature, in one
 * transaction. The row of the log is locked in each transaction and says who may write and how far the log is, so a writer
 * that was replaced writes nothing, and after a lost connection the row says whether the last batch is in.
 */
final class PostgresWriter {
    private static final int BATCH = 1_024;
    private static final long IDLE_MILLIS = 50;
    private static final long RETRY_MILLIS = 100;

    private final DataSource source;
    private final String gateway;
    private final Sequencer sequencer;
    private final LinkMemory links;
    private final CrossAnchors others;
    private final TimeSource time;
    private final Limits limits;
    private final BlockingQueue<Entry> queue;
    private final Thread thread;

    private @Nullable Session session;
    private final long writer;
    private volatile String head;
    private volatile @Nullable IluraException failure;
    private volatile boolean closing;
    private volatile boolean ended;

    /**
     * @param queue events that may wait
     * @param patience how long a lost server may take to come back
     * @param anchorEvery how often the log takes down what other logs in the database have come to
     */
    record Limits(int queue, Duration patience, Duration anchorEvery) {}

    PostgresWriter(
            DataSource source,
            String gateway,
            Session session,
            long writer,
            Sequencer sequencer,
            CrossAnchors others,
            TimeSource time,
            Limits limits) {
        this.source = source;
        this.gateway = gateway;
        this.session = session;
        this.writer = writer;
        this.sequencer = sequencer;
        this.links = new LinkMemory(sequencer.state().logId());
        this.others = others;
        this.time = time;
        this.limits = limits;
        this.head = sequencer.head();
        this.queue = new ArrayBlockingQueue<>(limits.queue());
        this.thread = new Thread(this::run, "ilura-audit-postgresql");
        this.thread.setDaemon(true);
    }

    /** One event on its way; {@code type} and {@code facts} in place of an event for what the log itself writes. */
    private record Entry(
            Optional<AuditEvent> event,
            String type,
            Map<String, Object> facts,
            Acknowledgement level,
            CompletableFuture<AuditReceipt> receipt) {
        static Entry of(AuditEvent event, Acknowledgement level) {
            return new Entry(Optional.of(event), event.type().label(), event.facts(), level, new CompletableFuture<>());
        }

        static Entry of(String type, Map<String, Object> facts) {
            return new Entry(Optional.empty(), type, facts, Acknowledgement.DURABLE, new CompletableFuture<>());
        }
    }

    void start() {
        thread.start();
    }

    String head() {
        return head;
    }

    CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
        if (closing || failure != null) {
            return CompletableFuture.failedStage(refusal());
        }
        Entry entry = Entry.of(event, level);
        if (!queue.offer(entry)) {
            return CompletableFuture.failedStage(PostgresErrors.full(limits.queue()));
        }
        if (ended && queue.remove(entry)) {
            entry.receipt().completeExceptionally(refusal());
        }
        return entry.receipt().minimalCompletionStage();
    }

    private IluraException refusal() {
        IluraException why = failure;
        return why != null ? why : PostgresErrors.closed();
    }

    /** Writes what is queued and ends. */
    void close() {
        closing = true;
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                Entry first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    commit(drain(first));
                } else if (others.isDue(time.nanos())) {
                    anchorOthers();
                }
            }
            anchorOthers();
        } catch (Throwable e) {
            poison(e);
        } finally {
            end();
        }
    }

    private List<Entry> drain(Entry first) {
        List<Entry> batch = new ArrayList<>();
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        return batch;
    }

    private void anchorOthers() throws SQLException, InterruptedException {
        List<Entry> news = new ArrayList<>();
        try {
            Connection connection = connection();
            for (Map<String, Object> facts : others.news(connection, time.nanos())) {
                news.add(Entry.of("anchor", facts));
            }
            connection.rollback();
        } catch (SQLException later) {
            dropSession();
        }
        if (!news.isEmpty()) {
            commit(news);
        }
    }

    private void commit(List<Entry> batch) throws SQLException, InterruptedException {
        List<Entry> taken = new ArrayList<>(batch.size());
        List<StoredRecord> records = new ArrayList<>(batch.size());
        try {
            Sequencer.State before = sequencer.state();
            long began = time.nanos();
            encodePatiently(before, began, batch, taken, records);
            acknowledge(taken, records, false);
            if (!records.isEmpty()) {
                store(before, began, records, sequencer.end());
                head = sequencer.head();
                acknowledge(taken, records, true);
            }
        } catch (Throwable e) {
            poison(e);
            batch.forEach(entry -> entry.receipt().completeExceptionally(refusal()));
            throw e;
        }
    }

    /** Links to older records are looked up, so the server is needed already here. */
    private void encodePatiently(
            Sequencer.State before, long began, List<Entry> batch, List<Entry> taken, List<StoredRecord> records)
            throws SQLException, InterruptedException {
        while (true) {
            try {
                encode(batch, taken, records);
                return;
            } catch (SQLException e) {
                sequencer.rewind(before);
                links.forget();
                taken.clear();
                records.clear();
                pause(began, e);
            }
        }
    }

    private void encode(List<Entry> batch, List<Entry> taken, List<StoredRecord> records) throws SQLException {
        for (Entry entry : batch) {
            try {
                Sequencer.Links to = links.links(connection(), entry.facts());
                Sequencer.Entry record = entry.event().isPresent()
                        ? sequencer.add(entry.event().get(), to)
                        : sequencer.add(entry.type(), entry.facts(), to);
                links.add(entry.facts(), record.type(), record.number());
                taken.add(entry);
                records.add(new StoredRecord(record, entry.facts()));
            } catch (IluraException unrecordable) {
                entry.receipt().completeExceptionally(unrecordable);
            }
        }
    }

    /** Those that wait for the queue only are answered before, all others after the transaction. */
    private static void acknowledge(List<Entry> taken, List<StoredRecord> records, boolean stored) {
        for (int i = 0; i < taken.size(); i++) {
            if (stored || taken.get(i).level() == Acknowledgement.QUEUED) {
                Sequencer.Entry record = records.get(i).entry();
                taken.get(i)
                        .receipt()
                        .complete(
                                new AuditReceipt(record.number(), HexFormat.of().formatHex(record.hash())));
            }
        }
    }

    /** Stores a batch once, whatever happens to the connection meanwhile. */
    private void store(Sequencer.State before, long began, List<StoredRecord> records, Sequencer.End end)
            throws SQLException, InterruptedException {
        while (true) {
            try {
                Connection connection = connection();
                if (!isIn(connection, before, end)) {
                    LogTables.insertRecords(connection, before.logId(), records);
                    LogTables.insertEnd(connection, end);
                }
                connection.commit();
                return;
            } catch (SQLException e) {
                pause(began, e);
            }
        }
    }

    private Connection connection() throws SQLException {
        Session open = session;
        if (open == null) {
            open = Session.open(source, gateway);
            session = open;
        }
        return open.connection();
    }

    /** Gives the server time to come back, until the patience is over. */
    private void pause(long began, SQLException lost) throws SQLException, InterruptedException {
        dropSession();
        if (time.nanos() - began > limits.patience().toNanos()) {
            throw lost;
        }
        new Semaphore(0).tryAcquire(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether the batch is in already; throws {@link FencedException} unless this writer is the newest. */
    private boolean isIn(Connection connection, Sequencer.State before, Sequencer.End end) throws SQLException {
        LogTables.Row row = LogTables.lock(connection, gateway).orElseThrow(() -> new FencedException("it is gone"));
        if (row.writer() != writer) {
            throw new FencedException("another gateway has taken over");
        }
        Sequencer.State state = row.state();
        if (state.size() == end.state().size()
                && Arrays.equals(state.lastHash(), end.state().lastHash())) {
            return true;
        }
        if (state.size() != before.size() || !Arrays.equals(state.lastHash(), before.lastHash())) {
            throw new FencedException("it is not where this gateway left it");
        }
        return false;
    }

    /** Trying again cannot help. */
    private static final class FencedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FencedException(String why) {
            super(why);
        }
    }

    private void dropSession() {
        Session open = session;
        session = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException alreadyGone) {
            // a new one is opened
        }
    }

    private void poison(Throwable cause) {
        if (failure == null) {
            failure = PostgresErrors.failed(cause);
        }
    }

    private void end() {
        ended = true;
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            entry.receipt().completeExceptionally(refusal());
        }
        dropSession();
    }

    /** What recovery writes before anything else: not yet on the thread. */
    void recover(List<AuditRecord> openCalls) throws SQLException, InterruptedException {
        if (openCalls.isEmpty()) {
            return;
        }
        List<Entry> entries = new ArrayList<>();
        entries.add(Entry.of("recovery", Map.of("openCalls", (long) openCalls.size(), "tornBytes", 0L)));
        for (AuditRecord dispatch : openCalls) {
            entries.add(Entry.of("outcome", unknown(dispatch)));
        }
        commit(entries);
    }

    private static Map<String, Object> unknown(AuditRecord dispatch) {
        Map<String, Object> facts = new TreeMap<>();
        for (String name : List.of(
                "call",
                "session",
                "pod",
                "principal",
                "server",
                "serverIdentity",
                "tool",
                "toolDigest",
                "parent",
                "traceparent")) {
            dispatch.text(name).ifPresent(value -> facts.put(name, value));
        }
        facts.put("outcome", "unknown");
        facts.put("why", "the gateway ended before the outcome was recorded");
        return facts;
    }
}
