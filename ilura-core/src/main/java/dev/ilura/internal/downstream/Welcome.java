package dev.ilura.internal.downstream;

import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.wire.Era;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the gate says it can do: what its servers can, all taken together. A server that does not run yet is waited for a
 * little; one that takes longer is taken to be able to do everything, so that nothing it offers is hidden.
 */
final class Welcome {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PodView view;
    private final TimeSource time;

    Welcome(PodView view, TimeSource time) {
        this.view = view;
        this.time = time;
    }

    /** The capabilities towards a client of an era. */
    CompletableFuture<Map<String, Object>> capabilities(Era era) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        view.started().whenComplete((all, failure) -> known.complete(null));
        if (!known.isDone()) {
            TimeSource.Timer timer = time.after(PATIENCE, () -> known.complete(null));
            known.whenComplete((all, failure) -> timer.cancel());
        }
        return known.thenApply(all -> merged(view.used(), era));
    }

    private static Map<String, Object> merged(Collection<Line> lines, Era era) {
        Map<String, Object> capabilities = new LinkedHashMap<>();
        Map<String, Boolean> changes = Map.of("listChanged", true);
        if (any(lines, "tools")) {
            capabilities.put("tools", changes);
        }
        if (any(lines, "prompts")) {
            capabilities.put("prompts", changes);
        }
        if (any(lines, "resources")) {
            boolean watched = lines.stream().anyMatch(Welcome::watches);
            capabilities.put("resources", Map.of("listChanged", true, "subscribe", watched));
        }
        if (any(lines, "completions")) {
            capabilities.put("completions", Map.of());
        }
        if (any(lines, "logging")) {
            capabilities.put("logging", Map.of());
        }
        if (era == Era.HANDSHAKE) {
            said(lines, Era.HANDSHAKE, "tasks").ifPresent(tasks -> capabilities.put("tasks", tasks));
        } else {
            said(lines, Era.PER_REQUEST, "extensions").ifPresent(all -> capabilities.put("extensions", all));
        }
        return capabilities;
    }

    private static boolean any(Collection<Line> lines, String capability) {
        return lines.stream()
                .anyMatch(line -> line.capabilities()
                        .map(all -> all.member(capability).isPresent())
                        .orElse(true));
    }

    private static boolean watches(Line line) {
        return line.capabilities()
                .flatMap(all -> all.at("/resources/subscribe"))
                .map(watches -> watches.isBoolean() && watches.flag())
                .orElse(line.capabilities().isEmpty());
    }

    /** What cannot be translated is promised only where a server of the client's own era promises it. */
    private static Optional<Object> said(Collection<Line> lines, Era era, String capability) {
        return lines.stream()
                .filter(line ->
                        line.agreement().filter(agreed -> agreed.era() == era).isPresent())
                .flatMap(line -> line.capabilities().flatMap(all -> all.member(capability)).stream())
                .findFirst()
                .map(JsonValue::toJava);
    }
}
