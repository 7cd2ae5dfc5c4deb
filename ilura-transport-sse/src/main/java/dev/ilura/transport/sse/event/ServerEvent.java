package dev.ilura.transport.sse.event;

import java.util.Objects;

/**
 * One event of a stream.
 *
 * @param type its name; {@code message} if it has none
 * @param data its lines, joined by line feeds; belongs to the receiver
 * @param id the last id that the stream gave, empty if none yet: where to go on after a break
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
public record ServerEvent(String type, byte[] data, String id) {
    /** The name of an event without a name. */
    public static final String MESSAGE = "message";

    public ServerEvent {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(id, "id");
    }
}
