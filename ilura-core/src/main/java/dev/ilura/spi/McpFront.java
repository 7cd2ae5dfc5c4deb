package dev.ilura.spi;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

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

    /** By what way a client is connected; the protocol has rules that differ by it. */
    enum Channel {
        /** A pair of streams of one client. */
        STDIO,
        /** Streamable HTTP: a handshake session, or all requests of one principal that have no session. */
        STREAMABLE_HTTP,
        /** HTTP with SSE as of 2024-11-05. */
        LEGACY_SSE,
        /** A client in the same process. */
        IN_PROCESS
    }

    /**
     * Who connects.
     *
     * @param principal who it is, as the front established it
     * @param channel by what way
     */
    record Client(String principal, Channel channel) {
        /** Checks that both are there. */
        public Client {
            Objects.requireNonNull(principal, "principal");
            Objects.requireNonNull(channel, "channel");
        }
    }

    /** Where a front announces clients. Thread-safe. */
    @FunctionalInterface
    interface Sessions {
        /**
         * A client is there. Over HTTP a handshake session is one client; requests of 2026-07-28, which know no session,
         * come to one session for each principal, however many programs share it: their ids may be equal.
         *
         * @param outbox for messages that belong to no request of the client: over HTTP the GET stream of the session
         */
        Session open(Client client, Outbox outbox);

        /** A client on a pair of streams. */
        default Session open(String principal, Outbox outbox) {
            return open(new Client(principal, Channel.STDIO), outbox);
        }
    }

    /** One client. Frames of one client are delivered in order; thread-safe where requests have no order, as in HTTP. */
    interface Session {
        /**
         * One message from the client: a request, a notification, an answer to a request of the gate, or (2025-03-26) a
         * batch, which has one answer.
         *
         * @param frame UTF-8 bytes without framing; the array belongs to the session
         * @param headers the HTTP headers it came with; {@link Headers#none()} where there are none
         * @param replies where the answer goes and everything that belongs to this request. A request gets exactly one
         *     {@linkplain Replies#finish end}, unless it is cancelled. A frame that is no request gets one only if it is
         *     refused, and then before this method returns; so a front that sees none answers 202
         */
        Ongoing received(byte[] frame, Headers headers, Replies replies);

        /** One message from a client whose channel has neither headers nor an end of its streams. */
        default Ongoing received(byte[] frame, Outbox replies) {
            return received(frame, Headers.none(), Replies.to(replies));
        }

        /** The revision that the handshake agreed on; empty before it, and for clients that make none. */
        default Optional<String> revision() {
            return Optional.empty();
        }

        /** The client is gone; what it started is cancelled. */
        void closed();
    }

    /** What a frame has begun. */
    @FunctionalInterface
    interface Ongoing {
        /**
         * The client gives up this one request; nothing of it is sent any more. To be called when the stream of a
         * 2026-07-28 request closes; in the older revisions a lost stream is no cancellation. Idempotent; does nothing once
         * the request has its answer, and for frames that were no requests.
         */
        void cancel();

        /** Nothing that could be cancelled. */
        static Ongoing nothing() {
            return () -> {};
        }
    }

    /** The HTTP headers of one message. */
    @FunctionalInterface
    interface Headers {
        /** The values under this name, whatever its case, in order; empty if there are none. */
        List<String> values(String name);

        /** A channel without headers. */
        static Headers none() {
            return name -> List.of();
        }
    }

    /** Takes what belongs to one request, in order. Thread-safe; returns quickly. */
    interface Replies {
        /**
         * Queues a message before the end: progress, a log message, or a request of the server that the client is to
         * answer with a frame of its own.
         */
        void send(byte[] frame);

        /**
         * Queues the answer; nothing follows.
         *
         * @param end what kind of answer it is, for fronts whose channel says it once more
         */
        void finish(byte[] frame, End end);

        /** Everything goes one way. */
        static Replies to(Outbox outbox) {
            return new Replies() {
                @Override
                public void send(byte[] frame) {
                    outbox.send(frame);
                }

                @Override
                public void finish(byte[] frame, End end) {
                    outbox.send(frame);
                }
            };
        }
    }

    /**
     * How a request was answered.
     *
     * @param error the JSON-RPC code of the error; empty for a result
     * @param refused whether the protocol itself refused the request, before anybody was asked: no frame, metadata that is
     *     missing or contradicts the headers, a revision or method that is not spoken. Over HTTP in 2026-07-28 that is
     *     status 404 for -32601, otherwise 400; what is not refused is 200 whatever the error
     */
    record End(OptionalInt error, boolean refused) {
        /** Checks that only an error is a refusal. */
        public End {
            Objects.requireNonNull(error, "error");
            if (refused && error.isEmpty()) {
                throw new IllegalArgumentException("a result is no refusal");
            }
        }

        /** A result. */
        public static End result() {
            return new End(OptionalInt.empty(), false);
        }

        /** An error that came of asking. */
        public static End error(int code) {
            return new End(OptionalInt.of(code), false);
        }

        /** An error of the protocol. */
        public static End refused(int code) {
            return new End(OptionalInt.of(code), true);
        }
    }

    /** Takes messages for the client, in order. Thread-safe; returns quickly. */
    @FunctionalInterface
    interface Outbox {
        /** Queues one message; one that can no longer be delivered is dropped. */
        void send(byte[] frame);
    }
}
