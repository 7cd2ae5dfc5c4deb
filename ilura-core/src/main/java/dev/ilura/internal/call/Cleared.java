package dev.ilura.internal.call;

import java.util.Map;
import java.util.Optional;

/**
 * A call that may happen.
 *
 * @param assent what a human agreed to; empty in lane low
 * @param facts what was done before the effect, for the record
 */
record Cleared(Judged judged, Optional<Assent> assent, Map<String, String> facts) {
    Cleared(Judged judged, Optional<Assent> assent) {
        this(judged, assent, Map.of());
    }
}
