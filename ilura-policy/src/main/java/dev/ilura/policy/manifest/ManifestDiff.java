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

    private final List<ManifestFinding> findings = new ArrayList<>();

    private ManifestDiff() {}

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
                note(place, "was " + shown(before.get()) + ", is " + shown(after.get()));
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

    private void note(String place, String what) {
        findings.add(new ManifestFinding(Kind.DRIFT, place, what));
    }

    private static String shown(JsonValue value) {
        String visible = VisibleText.oneLine(value.raw());
        return visible.length() <= SHOWN ? visible : visible.substring(0, SHOWN) + "...";
    }
}
