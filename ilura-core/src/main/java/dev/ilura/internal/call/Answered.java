package dev.ilura.internal.call;

import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Optional;

/**
 * A call that the server, or the cache, answered with a result.
 *
 * @param frame the server's frame that holds exactly this result; empty if the result is kept or was changed
 */
record Answered(Judged judged, Optional<Frame> frame, JsonValue result, boolean cached, String note) {}
