package dev.ilura.transport.sse.event;

import java.io.IOException;

/** A stream of events went beyond a limit; the message names it. */
public final class EventStreamException extends IOException {
    private static final long serialVersionUID = 1L;

    EventStreamException(String message) {
        super(message);
    }
}
