package dev.ilura.internal.call;

import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Optional;

/**
 * A call that the server, or the cache, answered.
 *
 * @param frame the server's frame that holds exactly this; empty if it was kept or changed
 * @param result the result, or the error if the server answered with one
 * @param error whether it is an error of the protocol
 */
record Answered(Judged judged, Optional<Frame> frame, JsonValue result, boolean error, boolean cached, String note) {}
