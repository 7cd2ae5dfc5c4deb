package dev.ilura.benchmarks.corpus;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads cases, prints one verdict a line, and at the end how often it was the expected one, by family. */
final class CaseReport {
    private static final JsonLimits CASE = new JsonLimits(64 << 20, 256, 400, 400);

    private final Function<JsonValue, Verdict> judge;
    private final Map<String, Tally> families = new TreeMap<>();

    CaseReport(Function<JsonValue, Verdict> judge) {
        this.judge = judge;
    }

    /** {@code CASES.jsonl [--summary]}. */
    static void main(String[] args, Function<JsonValue, Verdict> judge) throws IOException {
        List<String> words = new ArrayList<>(List.of(args));
        boolean summary = words.remove("--summary");
        if (words.size() != 1) {
            System.err.println("usage: CASES.jsonl [--summary]");
            System.exit(2);
        }
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        CaseReport report = new CaseReport(judge);
        report.run(Path.of(words.get(0)), out);
        if (summary) {
            report.printSummary(out);
        }
        out.flush();
    }

    private void run(Path cases, PrintStream out) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(cases, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    one(JsonValue.parse(line.getBytes(StandardCharsets.UTF_8), CASE), out);
                }
            }
        }
    }

    private void one(JsonValue one, PrintStream out) throws IOException {
        Verdict verdict = judge.apply(one);
        out.write(CanonicalJson.of(Map.of(
                "id", text(one, "id"), "verdict", verdict.verdict(), "code", verdict.code(), "why", verdict.why())));
        out.println();
        one.member("expect")
                .ifPresent(expected -> families.computeIfAbsent(text(one, "family"), family -> new Tally())
                        .add(expected.text(), verdict.verdict()));
    }

    private void printSummary(PrintStream out) {
        out.printf(Locale.ROOT, "%-24s %6s %8s %8s%n", "family", "cases", "caught", "false");
        families.forEach((family, tally) -> out.printf(
                Locale.ROOT, "%-24s %6d %8s %8s%n", family, tally.cases(), tally.caught(), tally.falseAlarms()));
        out.printf(
                Locale.ROOT,
                "%-24s %6d %8s %8s%n",
                "mean over families",
                families.values().stream().mapToInt(Tally::cases).sum(),
                mean(true),
                mean(false));
    }

    private String mean(boolean caught) {
        return families.values().stream()
                .filter(tally -> caught ? tally.bad > 0 : tally.good > 0)
                .mapToDouble(tally -> caught ? (double) tally.caught / tally.bad : (double) tally.alarms / tally.good)
                .average()
                .stream()
                .mapToObj(share -> String.format(Locale.ROOT, "%.1f%%", 100 * share))
                .findFirst()
                .orElse("-");
    }

    static String text(JsonValue object, String key) {
        return object.member(key)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
    }

    /** What was decided about one case. */
    record Verdict(String verdict, String code, String why) {}

    /** One family. */
    private static final class Tally {
        private int bad;
        private int caught;
        private int good;
        private int alarms;

        void add(String expected, String verdict) {
            boolean shouldPass = expected.equals("allow") || expected.equals("clean");
            boolean passed = verdict.equals("allow") || verdict.equals("clean");
            if (shouldPass) {
                good++;
                alarms += passed ? 0 : 1;
            } else {
                bad++;
                caught += passed ? 0 : 1;
            }
        }

        int cases() {
            return bad + good;
        }

        String caught() {
            return share(caught, bad);
        }

        String falseAlarms() {
            return share(alarms, good);
        }

        private static String share(int part, int all) {
            return all == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * part / all);
        }
    }
}
