package dev.ilura.transport.stdio.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Secret;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Some four thousand command lines of all families, attacks and good ones alike. The same file is scored by {@code
 * benchmarks/corpus spawn --policy spawn-policy.json spawn-cases.jsonl --summary}.
 */
class SpawnCorpusTest {
    private static final int FLOOR = 4000;

    private final SpawnValidator validator = new SpawnValidator(DescribedWorld.RULES, new DescribedWorld());

    @Test
    void everyCaseGetsItsVerdict() {
        List<String> wrong = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (String line : Lists.lines("spawn-cases.jsonl")) {
            JsonValue one = JsonValue.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.FRAME);
            assertThat(ids.add(text(one, "id"))).as(line).isTrue();
            SpawnVerdict verdict = validator.judge(spec(one));
            if (!name(verdict).equals(text(one, "expect"))) {
                wrong.add(line + "\n  -> " + verdict);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(ids).hasSizeGreaterThan(FLOOR);
    }

    private static SpawnSpec spec(JsonValue one) {
        Map<String, Secret> env = new HashMap<>();
        one.member("env").orElseThrow().members().forEach((name, value) -> env.put(name, Secret.of(value.text())));
        return new SpawnSpec(
                text(one, "command"),
                one.member("args").orElseThrow().elements().stream()
                        .map(JsonValue::text)
                        .toList(),
                env,
                one.member("cwd").filter(JsonValue::isString).map(JsonValue::text),
                Os.valueOf(text(one, "os").toUpperCase(Locale.ROOT)));
    }

    private static String text(JsonValue object, String name) {
        return Optional.of(object)
                .flatMap(value -> value.member(name))
                .orElseThrow()
                .text();
    }

    private static String name(SpawnVerdict verdict) {
        return verdict instanceof SpawnVerdict.Denied
                ? "deny"
                : verdict instanceof SpawnVerdict.Asked ? "approve" : "allow";
    }
}
