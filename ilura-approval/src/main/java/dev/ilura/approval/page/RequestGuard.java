package dev.ilura.approval.page;

import com.sun.net.httpserver.Headers;
import dev.ilura.spi.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Turns away requests that the page itself would not make: other names for this machine (DNS rebinding), other origins
 * (a foreign page, a page on another local port), frames, and floods. Thread-safe.
 */
final class RequestGuard {
    private static final int BURST = 120;
    private static final long NANOS_PER_REQUEST = TimeUnit.MILLISECONDS.toNanos(20);

    private final String host;
    private final String origin;
    private final TimeSource time;
    private long budget = BURST * NANOS_PER_REQUEST;
    private long filledAt;

    RequestGuard(int port, TimeSource time) {
        this.host = "localhost:" + port;
        this.origin = "http://localhost:" + port;
        this.time = time;
        this.filledAt = time.nanos();
    }

    /** The refusal, or empty if the request may go on. */
    Optional<PageResponse> refusal(String method, Headers headers) {
        if (!only(headers, "Host").equals(Optional.of(host))) {
            return refused(421, "This is not " + origin + ".");
        }
        boolean writes = method.equals("POST");
        if (!writes && !method.equals("GET")) {
            return refused(405, "Only GET and POST.");
        }
        if (!originFits(headers, writes) || !siteFits(headers, writes) || !destinationFits(headers, writes)) {
            return refused(403, "This request does not come from the approval page.");
        }
        return withinBudget() ? Optional.empty() : refused(429, "Too many requests.");
    }

    /** A browser states the origin with every POST, no-cors ones included; what states none is no page of ours. */
    private boolean originFits(Headers headers, boolean writes) {
        List<String> stated = headers.get("Origin");
        return stated == null ? !writes : stated.equals(List.of(origin));
    }

    /** {@code none} is a person opening the address; everything else must be our own page. */
    private static boolean siteFits(Headers headers, boolean writes) {
        List<String> stated = headers.get("Sec-Fetch-Site");
        return stated == null || stated.equals(List.of("same-origin")) || (!writes && stated.equals(List.of("none")));
    }

    private static boolean destinationFits(Headers headers, boolean writes) {
        List<String> stated = headers.get("Sec-Fetch-Dest");
        return stated == null || stated.equals(List.of("empty")) || (!writes && stated.equals(List.of("document")));
    }

    /** The header's value if there is exactly one; with two, servers and proxies disagree about which counts. */
    private static Optional<String> only(Headers headers, String name) {
        List<String> values = headers.get(name);
        return values == null || values.size() != 1 ? Optional.empty() : Optional.of(values.get(0));
    }

    private synchronized boolean withinBudget() {
        long now = time.nanos();
        budget = Math.min(BURST * NANOS_PER_REQUEST, budget + now - filledAt);
        filledAt = now;
        if (budget < NANOS_PER_REQUEST) {
            return false;
        }
        budget -= NANOS_PER_REQUEST;
        return true;
    }

    private static Optional<PageResponse> refused(int status, String why) {
        return Optional.of(PageResponse.plain(status, why));
    }
}
