package dev.ilura.tools.net;

import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.text.UrlText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Asks sites what they want left alone, once a day each. Bounded; thread-safe. */
final class Robots {
    private static final int SITES = 512;
    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    /** A site that could not say is asked again sooner. */
    private static final long RETRY = TimeUnit.MINUTES.toNanos(5);

    private final WebClient client;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Known> sites = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > SITES;
        }
    };

    Robots(WebClient client, TimeSource time) {
        this.client = client;
        this.time = time;
    }

    private record Known(RobotsTxt rules, long until) {}

    /** Fails if the site does not want the URL fetched. */
    void require(UrlText url, ToolRequest request, long deadline) throws ToolException {
        String rest = url.rest().replaceFirst("#.*", "");
        String path = rest.startsWith("/") ? rest : "/" + rest;
        if (path.equals("/robots.txt") || rules(url, request, deadline).allows(path)) {
            return;
        }
        throw new ToolException(
                "ILR-TOOLS-077",
                url.host() + " does not want programs to fetch this (robots.txt).",
                "Leave it, or ask the operator to set robots = false in tools.network.");
    }

    private RobotsTxt rules(UrlText url, ToolRequest request, long deadline) throws ToolException {
        String site = url.scheme() + "://" + url.host() + (url.port() > 0 ? ":" + url.port() : "");
        lock.lock();
        try {
            Known known = sites.get(site);
            if (known != null && time.nanos() - known.until() < 0) {
                return known.rules();
            }
        } finally {
            lock.unlock();
        }
        Known asked = ask(site, request, deadline);
        lock.lock();
        try {
            sites.put(site, asked);
        } finally {
            lock.unlock();
        }
        return asked.rules();
    }

    private Known ask(String site, ToolRequest request, long deadline) throws ToolException {
        try {
            WebClient.Answer answer = client.send(
                    new WebClient.Ask("GET", site + "/robots.txt", Map.of(), Optional.empty(), false),
                    request,
                    deadline);
            long now = time.nanos();
            if (answer.status() >= 500 || answer.status() == 429) {
                return new Known(RobotsTxt.ALLOWS_NOTHING, now + RETRY);
            }
            return new Known(
                    answer.status() == 200
                            ? RobotsTxt.of(new String(answer.body(), StandardCharsets.UTF_8), WebClient.PRODUCT)
                            : RobotsTxt.ALLOWS_ALL,
                    now + DAY);
        } catch (ToolException e) {
            if (e.code().equals("ILR-TOOLS-074")) {
                return new Known(RobotsTxt.ALLOWS_ALL, time.nanos() + RETRY);
            }
            throw e; // the page itself would fail for the same reason, which is the better message
        }
    }
}
