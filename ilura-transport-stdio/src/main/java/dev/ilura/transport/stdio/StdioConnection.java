package dev.ilura.transport.stdio;

import dev.ilura.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way to one running child: a reader, an ordered writer, and a keeper that drains its standard error. However it ends,
 * by the child or by {@link #close()}, the receiver hears of it once and nothing of the child is left.
 */
final class StdioConnection implements Transport.Connection {
    /** Bytes that may wait for a server that does not read. */
    private static final long QUEUE_LIMIT = 64L << 20;
    /** How long output that is already in the pipe may take to be read after the end of the child. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(1);

    private final StdioServer server;
    private final String identity;
    private final Transport.Receiver receiver;
    private final Runnable afterwards;
    private final Keeper keeper;
    private final ChildProcess child;
    private final LineWriter writer;
    private final CountDownLatch outputEnded = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean asked;

    private StdioConnection(
            StdioServer server,
            String identity,
            Transport.Receiver receiver,
            Runnable afterwards,
            Keeper keeper,
            ChildProcess child) {
        this.server = server;
        this.identity = identity;
        this.receiver = receiver;
        this.afterwards = afterwards;
        this.keeper = keeper;
        this.child = child;
        writer = new LineWriter(child.stdin(), QUEUE_LIMIT);
    }

    /**
     * Starts the child and the traffic.
     *
     * @param afterwards runs once when everything of the child is gone; not if it could not be started
     * @throws IOException if it cannot be started
     */
    static StdioConnection open(
            StdioServer server, String identity, Transport.Receiver receiver, Runnable afterwards, Keeper.Start start)
            throws IOException {
        Exits.prepare();
        Keeper keeper = new Keeper(server.stderrLimit());
        thread(server, "err", () -> keeper.run(start)).start();
        StdioConnection connection =
                new StdioConnection(server, identity, receiver, afterwards, keeper, keeper.child());
        connection.begin();
        return connection;
    }

    private void begin() {
        thread(server, "out", writer::run).start();
        thread(server, "in", this::read).start();
        child.onExit(() -> thread(server, "end", this::childEnded).start());
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public void send(byte[] frame) throws IOException {
        writer.send(frame);
    }

    @Override
    public void close() {
        asked = true;
        Remains remains = end();
        tell("ILR-STDIO-004", "The gateway ended the server." + remains);
    }

    private void read() {
        try {
            new LineReader(child.stdout(), server.lineLimit()).readAll(new Deliveries());
        } catch (LineReader.EndlessLineException e) {
            reportEndless(e);
        } catch (IOException ended) {
            // the pipe broke with the child; what it left on stderr says more
        } finally {
            outputEnded.countDown();
        }
        reportEnd();
    }

    private void reportEndless(LineReader.EndlessLineException line) {
        Remains remains = end();
        tell("ILR-STDIO-005", name() + " " + line.getMessage() + ", so it was ended." + lastWords() + remains);
    }

    /** On the reader's thread: no output can follow. */
    private void reportEnd() {
        if (asked || told.get()) {
            return;
        }
        boolean ended = child.awaitExit(LAST_OUTPUT);
        Remains remains = end();
        String words = lastWords();
        if (ended) {
            tell("ILR-STDIO-001", name() + " " + child.ending() + "." + words + remains);
        } else {
            tell(
                    "ILR-STDIO-002",
                    name() + " closed its output and went on running, so it was ended." + words + remains);
        }
    }

    /**
     * The child ended. One that it left behind may hold the pipe open, and the reader would wait for ever: end those, and
     * if that does not help, go without the reader.
     */
    private void childEnded() {
        if (await(outputEnded, LAST_OUTPUT) || asked) {
            return;
        }
        Remains remains = end();
        if (!await(outputEnded, LAST_OUTPUT)) {
            tell(
                    "ILR-STDIO-003",
                    name() + " " + child.ending() + " and left processes that hold its output open." + lastWords()
                            + remains);
        }
    }

    /** Ends the child and all it started; the second caller waits for the first. */
    private Remains end() {
        if (!ending.compareAndSet(false, true)) {
            await(gone, Duration.ofMinutes(1));
            return Remains.NONE;
        }
        try {
            writer.close();
            return child.stop(asked ? server.stopGrace() : Duration.ZERO);
        } finally {
            afterwards.run();
            gone.countDown();
        }
    }

    private void tell(String code, String reason) {
        if (told.compareAndSet(false, true)) {
            receiver.closed(code, reason);
        }
    }

    private String name() {
        return "The server \"" + server.name() + "\"";
    }

    private String lastWords() {
        String text = keeper.lastWords(LAST_OUTPUT);
        return text.isEmpty() ? "" : " Its last words on stderr: " + text;
    }

    private static Thread thread(StdioServer server, String role, Runnable task) {
        Thread thread = new Thread(task, "ilura-" + server.name() + "-" + role);
        thread.setDaemon(true);
        return thread;
    }

    private static boolean await(CountDownLatch latch, Duration patience) {
        try {
            return latch.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private final class Deliveries implements LineReader.Lines {
        @Override
        public void line(byte[] line) {
            if (!told.get()) {
                receiver.frame(line);
            }
        }

        @Override
        public void oversized(long bytes) {
            if (!told.get()) {
                receiver.garbage("a line of " + bytes + " bytes, more than the limit of " + server.lineLimit()
                        + ", was skipped");
            }
        }
    }
}
