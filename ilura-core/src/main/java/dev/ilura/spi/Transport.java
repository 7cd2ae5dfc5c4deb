package dev.ilura.spi;

import dev.ilura.ToolCall;
import java.io.IOException;

/**
 * A way to one server: moves frames and knows nothing of their meaning. One frame is one JSON-RPC message as UTF-8
 * bytes without framing.
 */
public interface Transport {

    /**
     * Starts or connects the server. Blocks until frames can be sent, at most for the transport's own start-up limit.
     *
     * @param receiver gets everything that comes back, on one thread, in order
     * @param gate must be asked with everything that identifies the server before anything of it runs
     * @throws IOException if it cannot be started or reached; the message is for people
     * @throws dev.ilura.IluraException if it must not be started; with a code
     */
    Connection open(Receiver receiver, StartGate gate) throws IOException;

    /** An open way. Thread-safe. */
    interface Connection extends AutoCloseable {
        /** What was verified about the server, for example its launch digest (hex); part of tickets and cache keys. */
        String identity();

        /**
         * Queues one frame in order. The array must not be changed afterwards.
         *
         * @throws IOException if the connection is closed or its bounded queue is full
         */
        void send(byte[] frame) throws IOException;

        /**
         * Queues the frame of a tool call. A transport that leads out of the process has no use for more than the frame.
         *
         * @param call what the gate judged, approved and recorded
         * @throws IOException as {@link #send(byte[])}
         */
        default void send(byte[] frame, ToolCall call) throws IOException {
            send(frame);
        }

        /**
         * Ends it in good order and leaves nothing behind; blocks for the transport's own grace times at most.
         * Idempotent.
         */
        @Override
        void close();
    }

    /** The receiving end. Methods are called on one thread of the transport and return quickly. */
    interface Receiver {
        /** One frame; the array belongs to the receiver. */
        void frame(byte[] frame);

        /**
         * Something that is no frame: an oversized line, bytes that are not UTF-8. The connection goes on.
         *
         * @param what one sentence for the log
         */
        void garbage(String what);

        /**
         * The connection is gone; nothing follows.
         *
         * @param code stable code
         * @param reason one sentence for people, with what is known: exit status, last lines of stderr
         */
        void closed(String code, String reason);
    }

    /** Decides whether a server may be started, and takes down that it was. */
    @FunctionalInterface
    interface StartGate {
        /**
         * Returns if the start is admitted and on record.
         *
         * @throws dev.ilura.IluraException if not
         */
        void admit(StartRequest request);
    }
}
