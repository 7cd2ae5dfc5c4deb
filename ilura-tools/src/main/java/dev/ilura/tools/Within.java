package dev.ilura.tools;

import dev.ilura.spi.Settings;
import java.time.Duration;
import java.util.Optional;

/** Values of a table that have bounds. What is outside is said at its key, and the usual value stands in for it. */
record Within(Settings settings) {
    /** A size of at least one byte. */
    long size(String key, long most, long otherwise) {
        return bounded(key, settings.size(key), most, otherwise, "a size from 1 byte to " + readable(most));
    }

    /** A number of at least one. */
    int count(String key, int most, int otherwise) {
        return (int) bounded(key, settings.integer(key), most, otherwise, "a whole number from 1 to " + most);
    }

    private long bounded(String key, Optional<Long> given, long most, long otherwise, String wanted) {
        if (given.filter(value -> value < 1 || value > most).isPresent()) {
            settings.problem(key, given.get() + " is out of bounds.", "Write " + wanted + ".");
            return otherwise;
        }
        return given.orElse(otherwise);
    }

    private static String readable(long bytes) {
        return bytes == Long.MAX_VALUE ? "as much as there is" : (bytes >> 20) + "MiB";
    }

    /** A time of more than nothing. */
    Duration time(String key, Duration otherwise) {
        Optional<Duration> given = settings.duration(key);
        if (given.filter(value -> value.isZero() || value.isNegative()).isPresent()) {
            settings.problem(key, given.get() + " is no time.", "Write a time such as \"30s\".");
            return otherwise;
        }
        return given.orElse(otherwise);
    }
}
