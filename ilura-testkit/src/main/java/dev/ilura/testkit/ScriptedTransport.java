package dev.ilura.testkit;

import dev.ilura.spi.StartRequest;
import dev.ilura.spi.Transport;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A transport in memory. Frames reach a {@link Peer} that the test wrote and come back over its {@link Wire}, in order, on
 * one thread a connection, as with a real process. Thread-safe.
 */
public final class ScriptedTransport implements Transport {
    private final Function<Wire, Peer> peers;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private volatile String identity = "scripted";
    private volatile Optional<String> question = Optional.empty();
    private volatile Optional<IOException> failure = Optional.empty();

    /**
     * @param peers makes the far end of one connection
     */
    public ScriptedTransport(Function<Wire, Peer> peers) {
        this.peers = peers;
    }

    /** The far end of one connection. */
    @FunctionalInterface
    public interface Peer {
        /** One frame from the gate; called on the connection's thread. */
        void received(byte[] frame);
    }

    /** What a far end can do. May be used from any thread at any time; after the end nothing happens. */
    public interface Wire {
        /** Sends one frame to the gate. */
        void send(byte[] frame);

        /** Lets the gate see something that is no frame. */
        void garbage(String what);

        /** Ends the connection from the far end. */
        void die(String code, String reason);
    }

    /** What the next connection verifies about the server. */
    public void identity(String verified) {
        this.identity = verified;
    }

    /** Starting the server needs a human's consent from now on. */
    public void question(String asked) {
        this.question = Optional.of(asked);
    }

    /** Starts fail with this message from now on; empty: they work again. */
    public void failing(Optional<String> message) {
        this.failure = message.map(IOException::new);
    }

    /** How often a connection was opened. */
    public int opened() {
        return opened.get();
    }

    /** How many connections are open now. */
    public int open() {
        return open.get();
    }

    @Override
    public Connection open(Receiver receiver, StartGate gate) throws IOException {
        String verified = identity;
        gate.admit(new StartRequest(verified, "scripted server " + verified, question, Map.of()));
        if (failure.isPresent()) {
            throw failure.get();
        }
        opened.incrementAndGet();
        open.incrementAndGet();
        return new InMemory(verified, receiver);
    }

    private final class InMemory implements Connection {
        private final String verified;
        private final Receiver receiver;
        private final Peer peer;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final ExecutorService line = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "scripted-server");
            thread.setDaemon(true);
            return thread;
        });

        InMemory(String verified, Receiver receiver) {
            this.verified = verified;
            this.receiver = receiver;
            this.peer = peers.apply(new FarEnd());
        }

        @Override
        public String identity() {
            return verified;
        }

        @Override
        public void send(byte[] frame) throws IOException {
            if (ended.get()) {
                throw new IOException("the connection is closed");
            }
            later(() -> peer.received(frame));
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                open.decrementAndGet();
                line.shutdown();
            }
        }

        private void later(Runnable step) {
            try {
                line.execute(() -> {
                    if (!ended.get()) {
                        step.run();
                    }
                });
            } catch (RejectedExecutionException afterTheEnd) {
                // nobody is there any more
            }
        }

        private final class FarEnd implements Wire {
            @Override
            public void send(byte[] frame) {
                later(() -> receiver.frame(frame));
            }

            @Override
            public void garbage(String what) {
                later(() -> receiver.garbage(what));
            }

            @Override
            public void die(String code, String reason) {
                later(() -> {
                    close();
                    receiver.closed(code, reason);
                });
            }
        }
    }
}
