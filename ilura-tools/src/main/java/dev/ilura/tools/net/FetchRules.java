package dev.ilura.tools.net;

import java.time.Duration;
import java.util.List;

/**
 * Bounds of a fetch.
 *
 * @param bytes of a body, unpacked; the rest is left out
 * @param time from the first to the last byte, redirects included
 * @param perMinute requests to one host, with a burst of a sixth of it
 * @param types beginnings of media types that are returned
 * @param robots whether {@code robots.txt} is obeyed
 * @param redirects that are followed
 */
public record FetchRules(long bytes, Duration time, int perMinute, List<String> types, boolean robots, int redirects) {
    /** 5 MiB, 30 s, 60 a minute, text and images, robots obeyed, 5 redirects. */
    public static final FetchRules DEFAULTS = new FetchRules(
            5 << 20,
            Duration.ofSeconds(30),
            60,
            List.of(
                    "text/",
                    "image/png",
                    "image/jpeg",
                    "image/gif",
                    "image/webp",
                    "application/json",
                    "application/xml",
                    "application/xhtml+xml",
                    "application/rss+xml",
                    "application/atom+xml",
                    "application/ld+json",
                    "application/problem+json",
                    "application/javascript",
                    "application/yaml",
                    "application/toml"),
            true,
            5);

    public FetchRules {
        types = List.copyOf(types);
        if (bytes < 1 || bytes > 64 << 20 || time.isNegative() || time.isZero() || perMinute < 1 || redirects < 0) {
            throw new IllegalArgumentException("bounds must be positive, and a body is held in memory: at most 64 MiB");
        }
    }
}
