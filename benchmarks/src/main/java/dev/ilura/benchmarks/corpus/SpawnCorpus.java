package dev.ilura.benchmarks.corpus;

import dev.ilura.Secret;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import dev.ilura.transport.stdio.spawn.SpawnSpec;
import dev.ilura.transport.stdio.spawn.SpawnValidator;
import dev.ilura.transport.stdio.spawn.SpawnVerdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges described command lines: {@code corpus spawn --policy POLICY.json CASES.jsonl [--summary]}. The judge is the
 * product's own; the policy and its fixtures enter through {@link SpawnRules} and the path resolver.
 */
public final class SpawnCorpus {
    private final Map<Os, SpawnValidator> judges = new EnumMap<>(Os.class);

    private SpawnCorpus(JsonValue policy) {
        for (Os os : Os.values()) {
            SpawnRules rules = CorpusPolicy.rules(policy, os);
            judges.put(os, new SpawnValidator(rules, new DescribedPaths(policy, os)));
        }
    }

    public static void main(String[] args) throws IOException {
        List<String> words = new ArrayList<>(List.of(args));
        boolean summary = words.remove("--summary");
        int policy = words.indexOf("--policy");
        if (policy < 0 || words.size() != 3) {
            System.err.println("usage: corpus spawn --policy POLICY.json CASES.jsonl [--summary]");
            System.exit(2);
        }
        words.remove(policy);
        SpawnCorpus corpus = new SpawnCorpus(json(Files.readAllBytes(Path.of(words.remove(policy)))));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        corpus.run(Files.readAllLines(Path.of(words.get(0))), summary, out);
        out.flush();
    }

    private void run(List<String> cases, boolean summary, PrintStream out) {
        Score score = new Score();
        for (String line : cases) {
            if (!line.isBlank()) {
                JsonValue one = json(line.getBytes(StandardCharsets.UTF_8));
                Answer answer = Answer.of(judge(one));
                out.println(answer.line(text(one, "id")));
                score.add(text(one, "family"), one.member("expect").map(JsonValue::text), answer.verdict());
            }
        }
        if (summary) {
            score.print(out);
        }
    }

    private SpawnVerdict judge(JsonValue one) {
        Os os = Os.valueOf(text(one, "os").toUpperCase(Locale.ROOT));
        Map<String, Secret> env = new HashMap<>();
        one.member("env")
                .ifPresent(members ->
                        members.members().forEach((name, value) -> env.put(name, Secret.of(value.text()))));
        SpawnSpec spec = new SpawnSpec(
                text(one, "command"),
                one.member("args").orElseThrow().elements().stream()
                        .map(JsonValue::text)
                        .toList(),
                env,
                one.member("cwd").filter(JsonValue::isString).map(JsonValue::text),
                os);
        return java.util.Objects.requireNonNull(judges.get(os)).judge(spec);
    }

    private static String text(JsonValue object, String name) {
        return object.member(name)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
    }

    private static JsonValue json(byte[] text) {
        return JsonValue.parse(text, JsonLimits.FRAME);
    }

    /** What was answered, in the words of the corpus. */
    private record Answer(String verdict, String code, String why) {
        static Answer of(SpawnVerdict verdict) {
            if (verdict instanceof SpawnVerdict.Denied denied) {
                return new Answer("deny", denied.code(), denied.what() + " " + denied.fix());
            }
            if (verdict instanceof SpawnVerdict.Asked asked) {
                return new Answer("approve", asked.code(), asked.why());
            }
            return new Answer(
                    "allow", "", ((SpawnVerdict.Allowed) verdict).plan().artefact());
        }

        String line(String id) {
            Map<String, String> line = new LinkedHashMap<>();
            line.put("id", id);
            line.put("verdict", verdict);
            line.put("code", code);
            line.put("why", why);
            return JsonValue.of(line).raw();
        }
    }

    /** How often the answer was the expected one, by family and expectation. */
    private static final class Score {
        private final Map<String, int[]> rows = new TreeMap<>();
        private int attacksAllowed;

        void add(String family, Optional<String> expected, String verdict) {
            if (expected.isEmpty()) {
                return;
            }
            int[] row = rows.computeIfAbsent(expected.get() + " " + family, key -> new int[4]);
            row[List.of("allow", "approve", "deny").indexOf(verdict)]++;
            row[3] += verdict.equals(expected.get()) ? 1 : 0;
            attacksAllowed += expected.get().equals("deny") && verdict.equals("allow") ? 1 : 0;
        }

        void print(PrintStream out) {
            out.printf(
                    Locale.ROOT, "%n%-34s %7s %7s %7s %8s%n", "expected, family", "allow", "approve", "deny", "right");
            Map<String, List<Double>> rates = new TreeMap<>();
            rows.forEach((name, row) -> {
                int all = row[0] + row[1] + row[2];
                double rate = 100.0 * row[3] / all;
                rates.computeIfAbsent(name.substring(0, name.indexOf(' ')), key -> new ArrayList<>())
                        .add(rate);
                out.printf(Locale.ROOT, "%-34s %7d %7d %7d %7.1f%%%n", name, row[0], row[1], row[2], rate);
            });
            rates.forEach((expected, all) -> out.printf(
                    Locale.ROOT,
                    "mean over families, %-14s %31.1f%%%n",
                    expected,
                    all.stream().mapToDouble(Double::doubleValue).average().orElse(0)));
            out.printf(Locale.ROOT, "attacks that came out as allow: %d%n", attacksAllowed);
        }
    }
}
