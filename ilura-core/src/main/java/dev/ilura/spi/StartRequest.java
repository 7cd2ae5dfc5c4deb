package dev.ilura.spi;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What would be started or connected, as the transport resolved it. Immutable.
 *
 * @param identity digest (hex) over all of it; one changed byte is another identity
 * @param display complete, escaped text for a human
 * @param question why a human has to agree first; empty if the operator's configuration already says enough
 * @param facts what the log keeps, for example {@code confinement}; values are ASCII
 */
public record StartRequest(String identity, String display, Optional<String> question, Map<String, String> facts) {
    public StartRequest {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(display, "display");
        facts = java.util.Collections.unmodifiableMap(new TreeMap<>(facts));
    }
}
