package dev.ilura.transport.stdio;

import dev.ilura.spi.McpFront;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves one client over a pair of streams, by default those of this process. Ends when the client closes its side.
 */
public final class StdioFront implements McpFront {
    private static final long QUEUE_LIMIT = 64L << 20;
    private static final byte[] TOO_LONG = ("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":"
                    + "\"ILR-STDIO-020: the message is longer than " + StdioServer.DEFAULT_LINE_LIMIT
                    + " bytes and was skipped\"}}")
            .getBytes(StandardCharsets.UTF_8);

    private final InputStream in;
    private final LineWriter writer;
    private final AtomicBoolean serving = new AtomicBoolean();
    private volatile boolean closed;

    private StdioFront(InputStream in, OutputStream out) {
        this.in = in;
        writer = new LineWriter(out, QUEUE_LIMIT);
    }

    /**
     * Serves the client that started this process. From here on {@code System.out} leads to {@code System.err}: one stray
     * line of a library on standard output would break the protocol.
     */
    public static StdioFront onSystemStreams() {
        PrintStream protocol = System.out;
        System.setOut(System.err);
        return on(System.in, protocol);
    }

    /** Serves a client on streams of its own; both are closed at the end. */
    public static StdioFront on(InputStream in, OutputStream out) {
        return new StdioFront(in, out);
    }

    /**
     * @throws IllegalStateException if it serves or served already: a client has one pair of streams
     */
    @Override
    public void serve(Sessions sessions) throws IOException {
        if (!serving.compareAndSet(false, true)) {
            throw new IllegalStateException("a stdio front serves once");
        }
        Thread output = new Thread(writer::run, "ilura-client-out");
        output.setDaemon(true);
        output.start();
        Session session = sessions.open("stdio", this::send);
        try {
            new LineReader(in, StdioServer.DEFAULT_LINE_LIMIT).readAll(new Deliveries(session));
        } catch (IOException e) {
            if (!closed) {
                throw e;
            }
        } finally {
            session.closed();
            finish(output);
        }
    }

    /** What was answered before the end still reaches a client that only closed its own side. */
    private void finish(Thread output) {
        writer.close();
        try {
            output.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the service; a read of standard input that is under way ends with the client, or with this process. */
    @Override
    public void close() {
        closed = true;
        writer.close();
        try {
            in.close();
        } catch (IOException alreadyGone) {
            // nothing is left to close
        }
    }

    private void send(byte[] frame) {
        try {
            writer.send(frame);
        } catch (IOException undeliverable) {
            // The client is gone or does not read; the log has the outcome, the message has no taker.
        }
    }

    private final class Deliveries implements LineReader.Lines {
        private final Session session;

        Deliveries(Session session) {
            this.session = session;
        }

        @Override
        public void line(byte[] line) {
            session.received(line, StdioFront.this::send);
        }

        @Override
        public void oversized(long bytes) {
            send(TOO_LONG);
        }
    }
}
