package dev.ilura.spi;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A way to one server: moves frames and knows nothing of their meaning. One frame is one JSON-RPC message as UTF-8
 * bytes without framing.
 */
public interface Transport {

    /**
     * Starts or connects the server. Blocks until frames can be sent, at most for the transport's own start-up limit. May
     * be called again while other connections are open, if {@link #opensSeveral()}.
     *
     * @param receiver gets everything that comes back, on one thread, in order
     * @param gate must be asked with everything that identifies the server before anything of it runs
     * @throws IOException if it cannot be started or reached; the message is for people
     * @throws dev.ilura.IluraException if it must not be started; with a code
     */
    Connection open(Receiver receiver, StartGate gate) throws IOException;

    /** Whether several connections can be open at once, each a session of its own at the server. */
    default boolean opensSeveral() {
        return true;
    }

    /**
     * Whether nothing behind it can speak 2026-07-28, because the transport itself does not. Otherwise the gate asks the
     * server first.
     */
    default boolean handshakeOnly() {
        return false;
    }

    /** An open way. Thread-safe. */
    interface Connection extends AutoCloseable {
        /** What was verified about the server, for example its launch digest (hex); part of tickets and cache keys. */
        String identity();

        /**
         * The address, if what is there is one program whichever path leads to it: scheme, host and port. What was found out
         * about the era of one server there then holds for all. Empty for a server that is a process.
         */
        default Optional<String> origin() {
            return Optional.empty();
        }

        /**
         * Queues one frame in order. The array must not be changed afterwards.
         *
         * @throws IOException if the connection is closed or its bounded queue is full
         */
        void send(byte[] frame) throws IOException;

        /**
         * Queues one frame, with what a transport that has headers needs to know of it. This is what the gate calls.
         *
         * @throws IOException if the connection is closed or its bounded queue is full
         */
        default void send(byte[] frame, Sending about) throws IOException {
            send(frame);
        }

        /**
         * Whether the transport has headers and gives back what belongs to a request {@linkplain Receiver#frame(byte[], long)
         * with that request}, as HTTP does.
         */
        default boolean tellsRequests() {
            return false;
        }

        /**
         * What the gate and the server speak from now on: after a successful probe or {@code initialize}, before anything
         * else is sent.
         *
         * @param revision for example {@code 2025-11-25}
         */
        default void agreed(String revision) {}

        /**
         * The gate no longer waits for the answer to a request.
         *
         * @return whether the server learns it this way, as it does when the stream of a 2026-07-28 HTTP request is closed;
         *     if not, the gate sends {@code notifications/cancelled}
         */
        default boolean abandon(long request) {
            return false;
        }

        /**
         * Ends it in good order and leaves nothing behind; blocks for the transport's own grace times at most.
         * Idempotent.
         */
        @Override
        void close();
    }

    /**
     * What a frame is, for transports that say it beside the frame.
     *
     * @param revision what the frame speaks; empty in a handshake that has not ended yet
     * @param method of a request or notification; empty text for an answer
     * @param request the id of a request; empty for everything else
     * @param answers the id of the server's request that the frame answers; empty for everything else
     * @param headers names and encoded values of the HTTP headers that the revision demands for this very frame:
     *     {@code MCP-Protocol-Version}, and from 2026-07-28 on {@code Mcp-Method}, {@code Mcp-Name}, {@code Mcp-Param-*}
     * @param call what the gate judged, approved and recorded, if the frame is a call; a transport that leads out of the
     *     process has no use for more than the frame
     */
    record Sending(
            Optional<String> revision,
            String method,
            OptionalLong request,
            Optional<JsonValue> answers,
            Map<String, String> headers,
            Optional<ToolCall> call) {
        /** Copies the headers. */
        public Sending {
            Objects.requireNonNull(revision, "revision");
            Objects.requireNonNull(method, "method");
            Objects.requireNonNull(request, "request");
            Objects.requireNonNull(answers, "answers");
            Objects.requireNonNull(call, "call");
            headers = Map.copyOf(headers);
        }

        /** One that is no call. */
        public Sending(
                Optional<String> revision,
                String method,
                OptionalLong request,
                Optional<JsonValue> answers,
                Map<String, String> headers) {
            this(revision, method, request, answers, headers, Optional.empty());
        }
    }

    /** The receiving end. Methods are called on one thread of the transport and return quickly. */
    interface Receiver {
        /** One frame; the array belongs to the receiver. */
        void frame(byte[] frame);

        /**
         * One frame that came on the stream of a request, and so belongs to it: how a server's own request finds the client
         * it is meant for.
         *
         * @param request the id of the gate's request
         */
        default void frame(byte[] frame, long request) {
            frame(frame);
        }

        /**
         * Something that is no frame: an oversized line, bytes that are not UTF-8. The connection goes on.
         *
         * @param what one sentence for the log
         */
        void garbage(String what);

        /**
         * One request will have no answer, though the connection goes on: a status without a frame, a stream that broke.
         *
         * @param request the id of the gate's request
         */
        default void lost(long request, Loss loss) {
            closed(loss.code(), loss.reason());
        }

        /**
         * The connection is gone; nothing follows. Also when the server no longer knows the session.
         *
         * @param code stable code
         * @param reason one sentence for people, with what is known: exit status, last lines of stderr
         */
        void closed(String code, String reason);
    }

    /**
     * Why a request has no answer.
     *
     * @param notUnderstood whether the server did not know this way of asking (400, 404 or 405 without a frame), from which a
     *     probe concludes that it speaks an older revision; never for time-outs, refused credentials or its own failures
     * @param code stable code
     * @param reason one sentence for people
     */
    record Loss(boolean notUnderstood, String code, String reason) {
        /** Checks that it says why. */
        public Loss {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
        }
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
