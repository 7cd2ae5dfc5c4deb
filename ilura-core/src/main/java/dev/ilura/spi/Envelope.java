package dev.ilura.spi;

import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import java.util.Objects;
import java.util.Optional;

/**
 * What a front has to know of a frame to route it: the outside, read by the gate's own strict reader, so that a front and
 * the gate cannot read one frame in two ways.
 *
 * @param kind request, notification, result, error or batch
 * @param method of a request or notification; otherwise empty text
 * @param id as it was written; empty for notifications and batches
 * @param perRequest whether the frame follows 2026-07-28, where every request carries its own metadata; otherwise it
 *     belongs to a session that begins with {@code initialize}
 * @param protocolVersion the revision that the frame itself names: in its metadata, or in {@code initialize}
 * @param name what {@code Mcp-Name} must say: {@code params.name}, {@code params.uri} or {@code params.taskId}, as the
 *     method has it
 */
public record Envelope(
        Kind kind,
        String method,
        Optional<JsonValue> id,
        boolean perRequest,
        Optional<String> protocolVersion,
        Optional<String> name) {

    /** Checks that nothing is missing. */
    public Envelope {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(protocolVersion, "protocolVersion");
        Objects.requireNonNull(name, "name");
    }

    /** The kinds of message. */
    public enum Kind {
        REQUEST,
        NOTIFICATION,
        RESULT,
        ERROR,
        /** An array of messages, which only 2025-03-26 knows; not read any further here. */
        BATCH
    }

    /**
     * Reads one frame.
     *
     * @param frame UTF-8 without framing; must not be changed afterwards
     * @param headers what it came with; they say the era where the frame does not
     * @throws RefusedFrameException if it is no acceptable frame; with the answer to give
     */
    public static Envelope read(byte[] frame, McpFront.Headers headers) throws RefusedFrameException {
        if (Frame.isBatch(frame)) {
            return new Envelope(Kind.BATCH, "", Optional.empty(), false, Optional.empty(), Optional.empty());
        }
        try {
            Frame read = Frame.read(frame);
            boolean perRequest = Era.of(read, headers) == Era.PER_REQUEST;
            return new Envelope(
                    Kind.valueOf(read.kind().name()),
                    read.method(),
                    read.id(),
                    perRequest,
                    perRequest ? Era.version(read) : text(read, "/protocolVersion"),
                    Era.namedBy(read.method()).flatMap(pointer -> text(read, pointer)));
        } catch (FrameException e) {
            throw new RefusedFrameException(
                    e.code(),
                    e.rpcCode(),
                    String.valueOf(e.getMessage()),
                    Messages.error(null, e.rpcCode(), e.code() + " " + e.getMessage()));
        }
    }

    private static Optional<String> text(Frame frame, String pointer) {
        return frame.param(pointer).filter(JsonValue::isString).map(JsonValue::text);
    }
}
