package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cases of calls, one a line: those of the project, or those of the files that the system property {@code ilura.cases}
 * names. Their labels were made for policies; what tools must not do holds for all of them.
 */
@SuppressWarnings("StringSplitter") // no part is empty
public final class Cases {
    private static final JsonLimits CASE = new JsonLimits(64 << 20, 256, 400, 400);

    private Cases() {}

    /** All cases of a family that have arguments. */
    public static List<JsonValue> of(String family) throws IOException {
        List<JsonValue> cases = new ArrayList<>();
        String files = System.getProperty("ilura.cases", "../benchmarks/cases/args.jsonl");
        for (String file : files.split(Pattern.quote(File.pathSeparator))) {
            for (String line : Files.readAllLines(Path.of(file), StandardCharsets.UTF_8)) {
                JsonValue one = JsonValue.parse(line.getBytes(StandardCharsets.UTF_8), CASE);
                boolean ours = one.member("family")
                        .filter(name -> name.isString() && name.text().equals(family))
                        .isPresent();
                if (ours && one.member("args").filter(JsonValue::isObject).isPresent()) {
                    cases.add(one);
                }
            }
        }
        assertThat(cases).as("cases of " + family).hasSizeGreaterThan(20);
        return cases;
    }
}
