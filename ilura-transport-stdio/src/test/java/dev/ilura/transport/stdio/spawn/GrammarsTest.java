package dev.ilura.transport.stdio.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ilura.IluraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every grammar there is, by the good lines in its own file: what is not in it stands before no artefact. */
class GrammarsTest {
    private static final SpawnValidator VALIDATOR = new SpawnValidator(DescribedWorld.RULES, new DescribedWorld());
    private static final List<GoodLine> LINES = goodLines();

    /** A line as it stands in a grammar, with what the capital letters stand for. */
    record GoodLine(Grammar grammar, List<String> words) {
        static GoodLine of(Grammar grammar, String line) {
            String plain = line.replace("64-HEX-DIGITS", "0123456789abcdef".repeat(4))
                    .replace("NAME", grammar.name().equals("dnx") ? "Some.Server" : "some-server")
                    .replace("some-server_module", "some_module")
                    .replace("HOST", "api.example.com");
            return new GoodLine(grammar, List.of(plain.split(" +", -1)));
        }

        SpawnVerdict judged() {
            return judge(words);
        }
    }

    private static List<GoodLine> goodLines() {
        return Launchers.names().stream()
                .map(name -> Launchers.grammar(name).orElseThrow())
                .flatMap(grammar -> Stream.concat(Stream.of(grammar.safe()), grammar.examples().stream())
                        .filter(line -> line.startsWith(grammar.name() + " "))
                        .map(line -> GoodLine.of(grammar, line)))
                .toList();
    }

    @Test
    void everyGrammarFileIsListedNamesItsSourceAndHasAGoodLine() throws Exception {
        Path files = Path.of(Objects.requireNonNull(Grammar.class.getResource("launchers.list"))
                        .toURI())
                .getParent();
        Set<String> found = new HashSet<>();
        try (Stream<Path> all = Files.list(Objects.requireNonNull(files))) {
            for (Path file :
                    all.filter(path -> path.toString().endsWith(".grammar")).toList()) {
                String name = file.getFileName().toString().replace(".grammar", "");
                found.add(name);
                assertThat(Files.readString(file, StandardCharsets.UTF_8))
                        .as(name)
                        .containsPattern("(?m)^source +https://")
                        .containsPattern("(?m)^safe +\\S");
            }
        }
        assertThat(Launchers.names()).containsExactlyInAnyOrderElementsOf(found);
        assertThat(LINES).extracting(line -> line.grammar().name()).containsAll(found);
    }

    @Test
    void goodLinesOfTheGrammarsAreAllowedOrAskedFor() {
        assertThat(LINES)
                .allSatisfy(line ->
                        assertThat(line.judged()).as("%s", line.words()).isNotInstanceOf(SpawnVerdict.Denied.class));
        assertThat(LINES)
                .filteredOn(line -> line.judged() instanceof SpawnVerdict.Asked)
                .hasSizeLessThan(LINES.size() / 4);
    }

    @Test
    void everyFormHasAGoodLine() {
        for (String name : Launchers.names()) {
            Grammar grammar = Launchers.grammar(name).orElseThrow();
            for (Grammar.Form form : grammar.forms()) {
                assertThat(LINES)
                        .as("%s %s", name, form.words())
                        .anyMatch(line -> line.grammar().equals(grammar)
                                && java.util.Collections.indexOfSubList(line.words(), form.words()) >= 0);
            }
        }
    }

    /** Whatever it is, at whatever place before the artefact, with a value or without. */
    @Property(tries = 5_000)
    void flagThatIsNotInTheGrammarIsNeverAllowedBeforeTheArtefact(
            @ForAll("line") GoodLine line, @ForAll("flag") String flag, @ForAll int place) {
        if (isKnown(line.grammar(), flag)) {
            return;
        }
        List<String> words = new ArrayList<>(line.words());
        words.add(1 + Math.floorMod(place, artefactAt(line)), flag);

        assertThat(judge(words)).as("%s", words).isNotInstanceOf(SpawnVerdict.Allowed.class);
    }

    @Test
    void launcherOfTheOperatorIsAFileAndNothingElse(@TempDir Path dir) throws Exception {
        assumeTrue(Os.current() != Os.WINDOWS);
        Path file = Files.writeString(dir.toRealPath().resolve("mytool.grammar"), """
                # mytool run NAME==version
                safe     mytool run NAME==1.2.3
                source   https://example.com/mytool
                form     run
                flag     -q --quiet
                artefact pypi
                """);
        close(file);
        SpawnRules rules = DescribedWorld.RULES.grammar(file);
        SpawnValidator validator = new SpawnValidator(rules, new DescribedWorld());

        assertThat(rules.launchers()).contains("mytool");
        assertThat(rules.safeForm("/usr/bin/mytool")).contains("mytool run NAME==1.2.3");
        assertThat(verdict(validator, "mytool", "run", "-q", "some-server==1.2.3"))
                .isInstanceOf(SpawnVerdict.Allowed.class);
        assertThat(verdict(validator, "mytool", "run", "some-server")).isInstanceOf(SpawnVerdict.Asked.class);
        assertThat(verdict(validator, "mytool", "run", "--spec", "x", "some-server==1.2.3"))
                .isInstanceOf(SpawnVerdict.Denied.class);
        assertThat(verdict(VALIDATOR, "mytool", "run", "some-server==1.2.3"))
                .as("without the file")
                .isInstanceOf(SpawnVerdict.Denied.class);
    }

    @Test
    void grammarThatCannotBeBelievedIsRefused(@TempDir Path dir) throws Exception {
        assumeTrue(Os.current() != Os.WINDOWS);
        String good = "safe x run NAME\nform run\nartefact npm\n";
        for (Map.Entry<String, String> bad : Map.of(
                        "npx.grammar",
                        good,
                        "bash.grammar",
                        good,
                        "x.txt",
                        good,
                        "UP.grammar",
                        good,
                        "empty.grammar",
                        "# nothing\n",
                        "unknown.grammar",
                        good + "permit everything\n",
                        "kind.grammar",
                        "safe x\nform\nartefact anything\n",
                        "regex.grammar",
                        good + "match [\n")
                .entrySet()) {
            Path file = Files.writeString(dir.toRealPath().resolve(bad.getKey()), bad.getValue());
            close(file);
            assertRefused(file);
        }
        assertRefused(dir.resolve("missing.grammar"));
        Path open = Files.writeString(dir.toRealPath().resolve("open.grammar"), good);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertRefused(open);
    }

    private static void assertRefused(Path file) {
        assertThatThrownBy(() -> DescribedWorld.RULES.grammar(file))
                .as("%s", file)
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPAWN-091");
    }

    private static void close(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Provide
    Arbitrary<GoodLine> line() {
        return Arbitraries.of(LINES);
    }

    /** Flags of all the other grammars too: what one launcher may have, another may not. */
    @Provide
    Arbitrary<String> flag() {
        List<String> all = Launchers.names().stream()
                .map(name -> Launchers.grammar(name).orElseThrow())
                .flatMap(grammar -> Stream.concat(
                        grammar.inline().stream(),
                        grammar.forms().stream()
                                .flatMap(form -> grammar.common().and(form.flags()).byName().keySet().stream())))
                .distinct()
                .sorted()
                .toList();
        Arbitrary<String> letters = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8);
        Arbitrary<String> name = Arbitraries.oneOf(
                letters.map(text -> "-" + text), letters.map(text -> "--" + text), Arbitraries.of(all));
        return Arbitraries.oneOf(name, name.map(text -> text + "=/tmp/x"), name.map(text -> text + "=1"));
    }

    /** Words before the artefact; the launcher itself is one of them. */
    private static int artefactAt(GoodLine line) {
        SpawnVerdict verdict = line.judged();
        SpawnPlan plan =
                verdict instanceof SpawnVerdict.Asked asked ? asked.plan() : ((SpawnVerdict.Allowed) verdict).plan();
        return plan.serverArgs();
    }

    private static boolean isKnown(Grammar grammar, String flag) {
        String name = flag.contains("=") ? flag.substring(0, flag.indexOf('=')) : flag;
        String spelled = grammar.underscores() ? name.replace('_', '-') : name;
        return grammar.forms().stream().anyMatch(form -> {
            Grammar.Flags flags = grammar.common().and(form.flags());
            return flags.flag(spelled).isPresent()
                    || flags.hasShape(flag)
                    || (grammar.clusters() && !flag.startsWith("--") && isCluster(flags, flag.substring(1)));
        });
    }

    /** Letters up to the first that has a value, which is the rest. */
    private static boolean isCluster(Grammar.Flags flags, String letters) {
        for (int at = 0; at < letters.length(); at++) {
            Optional<Grammar.Flag> flag = flags.flag("-" + letters.charAt(at));
            if (flag.isEmpty() || flag.get().kind().isPresent()) {
                return flag.isPresent();
            }
        }
        return true;
    }

    private static SpawnVerdict judge(List<String> words) {
        return verdict(VALIDATOR, words.get(0), words.subList(1, words.size()).toArray(String[]::new));
    }

    private static SpawnVerdict verdict(SpawnValidator validator, String command, String... args) {
        return validator.judge(new SpawnSpec(command, List.of(args), Map.of(), Optional.empty(), Os.LINUX));
    }
}
