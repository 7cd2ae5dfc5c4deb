package dev.ilura.spi;

import java.io.IOException;

/**
 * The side that a client connects to. A front moves frames; what they mean is the gateway's affair.
 */
public interface McpFront extends AutoCloseable {

    /**
     * Serves clients until the front ends: the client left, or {@link #close()} was called. Blocks.
     *
     * @throws IOException if the front cannot be opened
     */
    void serve(Sessions sessions) throws IOException;

    /** Ends {@link #serve}. Idempotent. */
    @Override
    void close();

    /** Where a front announces clients. Thread-safe. */
    @FunctionalInterface
    interface Sessions {
        /**
         * A client is there.
         *
         * @param principal who it is, as the front established it
         * @param outbox for messages that belong to no request of the client
         */
        Session open(String principal, Outbox outbox);
    }

    /** One client. Frames of one client are delivered one at a time and in order. */
    interface Session {
        /**
         * One message from the client.
         *
         * @param frame UTF-8 bytes without framing; the array belongs to the session
         * @param replies where the answer goes and everything that belongs to this request: progress first, the answer
         *     last
         */
        void received(byte[] frame, Outbox replies);

        /** The client is gone; what it started is cancelled. */
        void closed();
    }

    /** Takes messages for the client, in order. Thread-safe; returns quickly. */
    @FunctionalInterface
    interface Outbox {
        /** Queues one message; one that can no longer be delivered is dropped. */
        void send(byte[] frame);
    }
}
