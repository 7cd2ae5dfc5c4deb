package dev.ilura.internal.call;

import java.util.Optional;

/**
 * A call that may happen.
 *
 * @param agreement what a human agreed to; empty in lane low
 */
record Cleared(Judged judged, Optional<Agreement> agreement) {}
