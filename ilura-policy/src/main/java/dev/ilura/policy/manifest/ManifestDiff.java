package dev.ilura.policy.manifest;

import dev.ilura.Tool;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What changed between two lists of tools, member by member, in words that a person can judge. */
final class ManifestDiff {
    private static final int SHOWN = 160;
    private static final int AROUND = 40;

    private final List<ManifestFinding> findings = new ArrayList<>();

    private ManifestDiff() {}

    /** What changed in one value, in lines that begin with the place. */
    static List<ManifestFinding> between(JsonValue pinned, JsonValue now) {
        ManifestDiff diff = new ManifestDiff();
        diff.value("", Optional.of(pinned), Optional.of(now));
        return List.copyOf(diff.findings);
    }

    static List<ManifestFinding> between(List<Tool> pinned, List<Tool> now) {
        ManifestDiff diff = new ManifestDiff();
        Map<String, List<Tool>> before = byName(pinned);
        Map<String, List<Tool>> after = byName(now);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            diff.tools(name, before.getOrDefault(name, List.of()), after.getOrDefault(name, List.of()));
        }
        return List.copyOf(diff.findings);
    }

    private static Map<String, List<Tool>> byName(List<Tool> tools) {
        Map<String, List<Tool>> byName = new LinkedHashMap<>();
        tools.forEach(tool ->
                byName.computeIfAbsent(tool.name(), name -> new ArrayList<>()).add(tool));
        return byName;
    }

    private void tools(String name, List<Tool> before, List<Tool> after) {
        String place = VisibleText.oneLine(name);
        if (before.isEmpty()) {
            note(place, "is new");
        } else if (after.isEmpty()) {
            note(place, "is gone");
        } else if (before.size() != 1 || after.size() != 1) {
            if (!before.equals(after)) {
                note(place, "is listed more than once");
            }
        } else if (!before.get(0).digest().equals(after.get(0).digest())) {
            value(
                    place,
                    Optional.of(before.get(0).json()),
                    Optional.of(after.get(0).json()));
        }
    }

    private void value(String place, Optional<JsonValue> before, Optional<JsonValue> after) {
        if (before.isEmpty() || after.isEmpty()) {
            note(
                    place,
                    before.isEmpty() ? "added: " + shown(after.orElseThrow()) : "removed, was " + shown(before.get()));
        } else if (!Arrays.equals(CanonicalJson.of(before.get()), CanonicalJson.of(after.get()))) {
            if (before.get().isObject() && after.get().isObject()) {
                members(place, before.get().members(), after.get().members());
            } else {
                note(place, changed(before.get(), after.get()));
            }
        }
    }

    private void members(String place, Map<String, JsonValue> before, Map<String, JsonValue> after) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            value(
                    place + "/" + VisibleText.oneLine(name),
                    Optional.ofNullable(before.get(name)),
                    Optional.ofNullable(after.get(name)));
        }
    }

    /** A long text that changed at one spot is shown around that spot. */
    private static String changed(JsonValue before, JsonValue after) {
        if (!before.isString() || !after.isString() || before.length() + after.length() <= SHOWN) {
            return "was " + shown(before) + ", is " + shown(after);
        }
        String old = before.text();
        String now = after.text();
        int start = 0;
        int shorter = Math.min(old.length(), now.length());
        while (start < shorter && old.charAt(start) == now.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && old.charAt(old.length() - 1 - end) == now.charAt(now.length() - 1 - end)) {
            end++;
        }
        int from = Math.max(0, start - AROUND);
        String lead = (from > 0 ? "..." : "") + VisibleText.oneLine(now.substring(from, start));
        String removed = piece(old.substring(start, old.length() - end));
        String added = piece(now.substring(start, now.length() - end));
        return "after \"" + lead + "\" "
                + (removed.isEmpty()
                        ? "gained \"" + added + "\""
                        : added.isEmpty()
                                ? "lost \"" + removed + "\""
                                : "was \"" + removed + "\", is \"" + added + "\"");
    }

    private static String piece(String text) {
        String visible = VisibleText.oneLine(text);
        return visible.length() <= 4 * SHOWN ? visible : visible.substring(0, 4 * SHOWN) + "...";
    }

    private void note(String place, String what) {
        findings.add(new ManifestFinding(Kind.DRIFT, place, what));
    }

    private static String shown(JsonValue value) {
        String visible = VisibleText.oneLine(value.raw());
        return visible.length() <= SHOWN ? visible : visible.substring(0, SHOWN) + "...";
    }
}
