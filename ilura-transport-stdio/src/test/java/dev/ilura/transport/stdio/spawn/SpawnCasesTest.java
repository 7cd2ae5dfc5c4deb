package dev.ilura.transport.stdio.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class SpawnCasesTest {
    private static final Pattern CHARACTER = Pattern.compile("\\\\u\\{([0-9A-Fa-f]+)}");

    private final SpawnValidator validator = new SpawnValidator(DescribedWorld.RULES, new DescribedWorld());

    @TestFactory
    Stream<DynamicTest> everyLineGetsItsVerdict() {
        return Lists.lines("cases.txt").stream().map(line -> DynamicTest.dynamicTest(line, () -> check(line)));
    }

    private void check(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" +", -1)));
        String verdict = words.remove(0);
        String code = words.remove(0);
        SpawnVerdict answer = validator.judge(spec(words));
        assertThat(name(answer)).as("%s", answer).isEqualTo(verdict);
        assertThat(code(answer)).as("%s", answer).endsWith(code);
    }

    private static SpawnSpec spec(List<String> words) {
        Os os = Os.LINUX;
        Optional<String> cwd = Optional.empty();
        Map<String, Secret> env = new TreeMap<>();
        while (words.get(0).matches("(os|cwd)=.*|env:.*")) {
            String setting = plain(words.remove(0));
            String value = setting.substring(setting.indexOf('=') + 1);
            if (setting.startsWith("os=")) {
                os = Os.valueOf(value.toUpperCase(Locale.ROOT));
            } else if (setting.startsWith("cwd=")) {
                cwd = Optional.of(value);
            } else {
                env.put(setting.substring(4, setting.indexOf('=')), Secret.of(value));
            }
        }
        List<String> plain = words.stream().map(SpawnCasesTest::plain).toList();
        return new SpawnSpec(plain.get(0), plain.subList(1, plain.size()), env, cwd, os);
    }

    private static String plain(String word) {
        return CHARACTER
                .matcher(word.replace("DIGEST", "0123456789abcdef".repeat(4)))
                .replaceAll(match -> java.util.regex.Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(match.group(1), 16))));
    }

    private static String name(SpawnVerdict verdict) {
        return verdict instanceof SpawnVerdict.Denied
                ? "deny"
                : verdict instanceof SpawnVerdict.Asked ? "ask" : "allow";
    }

    private static String code(SpawnVerdict verdict) {
        if (verdict instanceof SpawnVerdict.Denied denied) {
            return denied.code();
        }
        return verdict instanceof SpawnVerdict.Asked asked ? asked.code() : "-";
    }
}
