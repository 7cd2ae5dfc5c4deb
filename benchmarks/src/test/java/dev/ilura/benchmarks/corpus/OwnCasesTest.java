package dev.ilura.benchmarks.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Our own cases are judged as they are labelled, family by family, with the product's own code. */
class OwnCasesTest {
    private static final JsonLimits CASE = new JsonLimits(64 << 20, 256, 400, 400);

    /** Counts of one family: what should be caught and was, what should pass and did not. */
    private static final class Score {
        private int bad;
        private int caught;
        private int good;
        private int alarms;

        double caught() {
            return bad == 0 ? 1 : (double) caught / bad;
        }

        double alarms() {
            return good == 0 ? 0 : (double) alarms / good;
        }
    }

    private static Map<String, Score> scores(String file, Function<JsonValue, CaseReport.Verdict> judge)
            throws IOException {
        Map<String, Score> families = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("cases", file), StandardCharsets.UTF_8)) {
            JsonValue one = JsonValue.parse(line.getBytes(StandardCharsets.UTF_8), CASE);
            String expected = CaseReport.text(one, "expect");
            String verdict = judge.apply(one).verdict();
            boolean passed = verdict.equals("allow") || verdict.equals("clean");
            Score score = families.computeIfAbsent(CaseReport.text(one, "family"), family -> new Score());
            if (expected.equals("allow") || expected.equals("clean")) {
                score.good++;
                score.alarms += passed ? 0 : 1;
            } else {
                score.bad++;
                score.caught += passed ? 0 : 1;
            }
        }
        return families;
    }

    private static void hold(Map<String, Score> scores, String family, double caught, double alarms) {
        Score score = Objects.requireNonNull(scores.get(family), family);
        assertThat(score.caught()).as("%s caught", family).isGreaterThanOrEqualTo(caught);
        assertThat(score.alarms()).as("%s false alarms", family).isLessThanOrEqualTo(alarms);
    }

    @Test
    void argumentsAreJudgedAsTheyAreLabelled() throws IOException {
        Map<String, Score> scores = scores("args.jsonl", ArgsCorpus::judge);
        hold(scores, "path-traversal", 0.99, 0.01);
        hold(scores, "ssrf", 0.99, 0.01);
        hold(scores, "arg-injection", 0.99, 0.01);
        hold(scores, "schema", 0.99, 0.01);
        hold(scores, "json-structure", 1, 0);
        hold(scores, "sql-readonly", 0.98, 0.03);
        hold(scores, "secret-egress", 0.95, 0.05);
        hold(scores, "secret-egress-formats", 0.95, 0.05);
        hold(scores, "secret-egress-obf", 0.60, 0.05);
    }

    @Test
    void manifestsAreJudgedAsTheyAreLabelled() throws IOException {
        Map<String, Score> scores = scores("manifest.jsonl", ManifestCorpus::judge);
        hold(scores, "rug-pull", 1, 0);
        hold(scores, "benign-pair", 1, 0);
        hold(scores, "benign-set", 1, 0);
        hold(scores, "benign-hard", 1, 0.02);
        hold(scores, "benign-words", 1, 0.02);
        for (String certain :
                new String[] {"poison-unicode", "poison-ansi", "poison-layout", "name-abuse", "collision"}) {
            hold(scores, certain, 0.98, 0);
        }
        for (String guessed : new String[] {
            "poison-plain", "poison-tag", "poison-encoded", "poison-schema", "poison-annotation", "poison-language",
            "poison-words-1", "poison-words-2", "poison-words-3", "poison-words-4", "poison-words-5", "poison-words-6",
            "poison-words-7", "poison-words-8", "poison-words-9", "poison-words-10"
        }) {
            hold(scores, guessed, 0.70, 0);
        }
    }
}
