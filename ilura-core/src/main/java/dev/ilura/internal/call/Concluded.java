package dev.ilura.internal.call;

import dev.ilura.CallOutcome;
import dev.ilura.internal.wire.Frame;
import java.util.Optional;

/**
 * A call at its end, on record.
 *
 * @param answer the server's frame to pass on: a result as inspected, or the server's own error
 */
public record Concluded(CallOutcome outcome, Optional<Frame> answer) {}
