package dev.ilura.policy.scope;

import java.time.Duration;

/** Stretches of time in the words of a configuration. */
final class Spans {
    private Spans() {}

    /** {@code 24h}, {@code 90s}. */
    static String text(Duration span) {
        long seconds = span.toSeconds();
        if (seconds == 0) {
            return span.toMillis() + "ms";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
