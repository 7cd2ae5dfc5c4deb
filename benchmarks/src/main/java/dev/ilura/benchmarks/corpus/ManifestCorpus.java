package dev.ilura.benchmarks.corpus;

import dev.ilura.Tool;
import dev.ilura.benchmarks.corpus.CaseReport.Verdict;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.manifest.ManifestFinding;
import dev.ilura.policy.manifest.ManifestInspector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores the manifest inspection on a corpus of tools, instructions, changes and neighbours. */
public final class ManifestCorpus {
    private ManifestCorpus() {}

    /** {@code CASES.jsonl [--summary]}. */
    public static void main(String[] args) throws IOException {
        CaseReport.main(args, ManifestCorpus::judge);
    }

    static Verdict judge(JsonValue one) {
        List<ManifestFinding> findings = findings(one);
        if (findings.isEmpty()) {
            return new Verdict("clean", "", "");
        }
        ManifestFinding first = findings.get(0);
        return new Verdict("flag", first.kind().code(), first.place() + " " + first.explanation());
    }

    private static List<ManifestFinding> findings(JsonValue one) {
        return switch (CaseReport.text(one, "kind")) {
            case "tool" -> ManifestInspector.inspect(Tool.of(one.member("tool").orElseThrow()));
            case "instructions" -> ManifestInspector.inspectInstructions(CaseReport.text(one, "instructions"));
            case "pair" -> ManifestInspector.drift(tools(one, "before"), tools(one, "after"));
            case "set" -> ManifestInspector.collisions(servers(one));
            default -> throw new IllegalArgumentException("unknown kind " + one);
        };
    }

    private static Map<String, List<Tool>> servers(JsonValue one) {
        Map<String, List<Tool>> servers = new LinkedHashMap<>();
        one.member("servers")
                .orElseThrow()
                .elements()
                .forEach(server -> servers.computeIfAbsent(CaseReport.text(server, "server"), name -> new ArrayList<>())
                        .addAll(tools(server, "tools")));
        return servers;
    }

    private static List<Tool> tools(JsonValue object, String key) {
        return object.member(key).orElseThrow().elements().stream()
                .map(Tool::of)
                .toList();
    }
}
