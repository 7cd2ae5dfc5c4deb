package dev.ilura.transport.stdio;

import dev.ilura.spi.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way to one running child: a reader, an ordered writer, and a drain for its standard error. However it ends, by the
 * child or by {@link #close()}, the receiver hears of it once and nothing of the child is left.
 */
final class StdioConnection implements Transport.Connection {
    /** Bytes that may wait for a server that does not read. */
    private static final long QUEUE_LIMIT = 64L << 20;
    /** How long output that is already in the pipe may take to be read after the end of the child. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(1);

    private final String server;
    private final String identity;
    private final ChildProcess child;
    private final Duration grace;
    private final int lineLimit;
    private final Transport.Receiver receiver;
    private final Runnable afterwards;
    private final StderrTail stderr;
    private final LineWriter writer;
    private final CountDownLatch outputEnded = new CountDownLatch(1);
    private final CountDownLatch errorsEnded = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile boolean asked;

    /**
     * @param afterwards runs once when everything of the child is gone
     */
    StdioConnection(
            StdioServer server, String identity, ChildProcess child, Transport.Receiver receiver, Runnable afterwards) {
        this.server = server.name();
        this.identity = identity;
        this.child = child;
        this.grace = server.stopGrace();
        this.lineLimit = server.lineLimit();
        this.receiver = receiver;
        this.afterwards = afterwards;
        stderr = new StderrTail(server.stderrLimit());
        writer = new LineWriter(child.stdin(), QUEUE_LIMIT);
    }

    void begin() {
        thread("out", writer::run).start();
        thread("err", this::drainErrors).start();
        thread("in", this::read).start();
        child.onExit(() -> thread("end", this::childEnded).start());
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
        end();
        tell("ILR-STDIO-004", "The gateway ended the server.");
    }

    private void read() {
        try {
            new LineReader(child.stdout(), lineLimit).readAll(new Deliveries());
        } catch (LineReader.EndlessLineException e) {
            reportEndless(e);
        } catch (IOException ended) {
            // the pipe broke with the child; what it left on stderr says more
        } finally {
            outputEnded.countDown();
        }
        reportEnd();
    }

    private void drainErrors() {
        stderr.drain(child.stderr());
        errorsEnded.countDown();
    }

    private void reportEndless(LineReader.EndlessLineException line) {
        List<Long> survivors = end();
        tell(
                "ILR-STDIO-005",
                "The server \"" + server + "\" " + line.getMessage() + ", so it was ended." + tail()
                        + alive(survivors));
    }

    /** On the reader's thread: no output can follow. */
    private void reportEnd() {
        if (asked || told.get()) {
            return;
        }
        boolean ended = await(() -> child.awaitExit(LAST_OUTPUT));
        List<Long> survivors = end();
        await(() -> errorsEnded.await(LAST_OUTPUT.toNanos(), TimeUnit.NANOSECONDS));
        String how = ended
                ? "The server \"" + server + "\" " + child.ending() + "."
                : "The server \"" + server + "\" closed its output and went on running, so it was ended.";
        tell(ended ? "ILR-STDIO-001" : "ILR-STDIO-002", how + tail() + alive(survivors));
    }

    /**
     * The child ended. One that it left behind may hold the pipe open, and the reader would wait for ever: end those, and
     * if that does not help, go without the reader.
     */
    private void childEnded() {
        if (await(() -> outputEnded.await(LAST_OUTPUT.toNanos(), TimeUnit.NANOSECONDS)) || asked) {
            return;
        }
        List<Long> survivors = end();
        if (!await(() -> outputEnded.await(LAST_OUTPUT.toNanos(), TimeUnit.NANOSECONDS))) {
            tell(
                    "ILR-STDIO-003",
                    "The server \"" + server + "\" " + child.ending() + " and left processes that hold its output open."
                            + tail() + alive(survivors));
        }
    }

    /** Ends the child and all it started; the second caller waits for the first. */
    private List<Long> end() {
        if (!ending.compareAndSet(false, true)) {
            await(() -> gone.await(1, TimeUnit.MINUTES));
            return List.of();
        }
        try {
            writer.close();
            return child.stop(asked ? grace : Duration.ZERO);
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

    private String tail() {
        String text = stderr.text();
        return text.isEmpty() ? "" : " Its last words on stderr: " + text;
    }

    private static String alive(List<Long> survivors) {
        return survivors.isEmpty() ? "" : " Processes that could not be ended: " + survivors + ".";
    }

    private Thread thread(String role, Runnable task) {
        Thread thread = new Thread(task, "ilura-" + server + "-" + role);
        thread.setDaemon(true);
        return thread;
    }

    private static boolean await(Wait wait) {
        try {
            return wait.happened();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @FunctionalInterface
    private interface Wait {
        boolean happened() throws InterruptedException;
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
                receiver.garbage(
                        "a line of " + bytes + " bytes, more than the limit of " + lineLimit + ", was skipped");
            }
        }
    }
}
