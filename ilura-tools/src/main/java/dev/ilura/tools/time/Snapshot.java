package dev.ilura.tools.time;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was there before a call changed it. Immutable.
 *
 * @param call the call, as the log knows it
 * @param session its session
 * @param target its tool, {@code server/tool}
 * @param time when it was taken
 * @param tops the paths that the call may change, with all below them; their entries are complete
 * @param entries what was at and below the tops
 * @param undoes the numbers of the snapshots whose calls this call undid, if it did nothing else
 * @param parents the directories that the tops are in, whose times change too
 */
record Snapshot(
        String call,
        String session,
        String target,
        Instant time,
        List<Path> tops,
        List<Entry> entries,
        List<Entry> parents,
        List<Long> undoes) {
    private static final JsonLimits LIMITS = new JsonLimits(256 << 20, 8, 20, 0);

    Snapshot {
        tops = List.copyOf(tops);
        entries = List.copyOf(entries);
        parents = List.copyOf(parents);
        undoes = List.copyOf(undoes);
    }

    String toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("call", call);
        json.put("session", session);
        json.put("target", target);
        json.put("s", time.getEpochSecond());
        json.put("n", time.getNano());
        json.put("tops", tops.stream().map(Path::toString).toList());
        json.put("entries", entries.stream().map(Entry::toJson).toList());
        json.put("undoes", undoes);
        json.put("parents", parents.stream().map(Entry::toJson).toList());
        return new String(JsonWriter.write(json), StandardCharsets.UTF_8);
    }

    static Snapshot of(String text) {
        JsonValue json = JsonValue.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS);
        return new Snapshot(
                json.at("/call").orElseThrow().text(),
                json.at("/session").orElseThrow().text(),
                json.at("/target").orElseThrow().text(),
                Instant.ofEpochSecond(
                        json.at("/s").flatMap(JsonValue::integer).orElseThrow(),
                        json.at("/n").flatMap(JsonValue::integer).orElseThrow()),
                json.at("/tops").orElseThrow().elements().stream()
                        .map(top -> Path.of(top.text()))
                        .toList(),
                json.at("/entries").orElseThrow().elements().stream()
                        .map(Entry::of)
                        .toList(),
                json.at("/parents").orElseThrow().elements().stream()
                        .map(Entry::of)
                        .toList(),
                json.at("/undoes").orElseThrow().elements().stream()
                        .map(number -> number.integer().orElseThrow())
                        .toList());
    }

    /** Whether the call may have changed something at or below the path, or above it. */
    boolean touches(Path path) {
        return tops.stream().anyMatch(top -> top.startsWith(path) || path.startsWith(top));
    }
}
