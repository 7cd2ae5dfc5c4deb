package dev.ilura.internal.call;

import java.util.Map;
import java.util.Optional;

/**
 * A call that may happen.
 *
 * @param agreement what a human agreed to; empty in lane low
 * @param facts what was done before the effect, for the record
 */
record Cleared(Judged judged, Optional<Agreement> agreement, Map<String, String> facts) {
    Cleared(Judged judged, Optional<Agreement> agreement) {
        this(judged, agreement, Map.of());
    }
}
