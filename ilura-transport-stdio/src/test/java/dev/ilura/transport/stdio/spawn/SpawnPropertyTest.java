package dev.ilura.transport.stdio.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SpawnPropertyTest {
    /** Lines that are allowed as they stand; the number says how many words stand before the artefact. */
    private static final Map<List<String>, Integer> ALLOWED = Map.of(
            List.of("node", "/opt/mcp/servers/one/main.js"), 1,
            List.of("npx", "-y", "some-server@1.2.3"), 2,
            List.of("python3", "/opt/mcp/servers/two/server.py"), 1,
            List.of("uvx", "some-server==1.2.3"), 1,
            List.of("docker", "run", "-i", "example/server@sha256:" + "0123456789abcdef".repeat(4)), 3,
            List.of("java", "-jar", "/opt/mcp/servers/three/server.jar"), 1,
            List.of("deno", "run", "/opt/mcp/servers/four/main.ts"), 2,
            List.of("dotnet", "/opt/mcp/servers/five/server.dll"), 1);

    private final SpawnValidator validator = new SpawnValidator(DescribedWorld.RULES, new DescribedWorld());

    /** No word of this test is a pinned artefact, so no mixture of them may start without a person. */
    @Property(tries = 20_000)
    void wordsWithoutPinnedArtefactAreNeverAllowed(
            @ForAll("command") String command, @ForAll("words") List<String> args) {
        assertThat(judge(command, args)).isNotInstanceOf(SpawnVerdict.Allowed.class);
    }

    @Property(tries = 10_000)
    void unknownFlagBeforeTheArtefactIsNeverAllowed(@ForAll("allowed") List<String> line, @ForAll("flag") String flag) {
        List<String> words = new ArrayList<>(line);
        words.add(ALLOWED.getOrDefault(line, 1), flag);
        if (isInGrammar(line.get(0), flag)) {
            return;
        }

        assertThat(judge(words.get(0), words.subList(1, words.size())))
                .as("%s", words)
                .isNotInstanceOf(SpawnVerdict.Allowed.class);
    }

    @Property(tries = 5_000)
    void whatComesAfterTheArtefactChangesNothing(
            @ForAll("allowed") List<String> line, @ForAll("words") List<String> more) {
        List<String> words = new ArrayList<>(line);
        words.add("--");
        words.addAll(more);

        assertThat(judge(words.get(0), words.subList(1, words.size()))).isInstanceOf(SpawnVerdict.Allowed.class);
    }

    @Property(tries = 10_000)
    void anyTextGetsAVerdict(@ForAll String command, @ForAll List<String> args, @ForAll String cwd, @ForAll Os os) {
        SpawnSpec spec = new SpawnSpec(command, args, Map.of(), Optional.of(cwd), os);

        assertThat(validator.judge(spec)).isNotNull().isNotInstanceOf(SpawnVerdict.Allowed.class);
    }

    @Provide
    Arbitrary<String> command() {
        return Arbitraries.of(Launchers.names());
    }

    @Provide
    Arbitrary<List<String>> allowed() {
        return Arbitraries.of(ALLOWED.keySet());
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Arbitraries.oneOf(
                        flag(),
                        Arbitraries.of(
                                "run",
                                "dlx",
                                "exec",
                                "x",
                                "tool",
                                "--",
                                "-",
                                "id",
                                "some-server",
                                "/tmp/x.js",
                                "/etc/passwd",
                                "sh",
                                "example/server",
                                "some_module",
                                "a=b",
                                "true",
                                "1",
                                "python",
                                "/home/maria/work/x.py"))
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<String> flag() {
        Arbitrary<String> letters = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8);
        Arbitrary<String> known = Arbitraries.of(
                "--eval",
                "--call",
                "--require",
                "--import",
                "--registry",
                "--entrypoint",
                "--privileged",
                "--index-url",
                "--python",
                "--with",
                "--package",
                "--from",
                "-e",
                "-c",
                "-p",
                "-m",
                "-i",
                "-v",
                "-jar",
                "-javaagent",
                "-cp");
        Arbitrary<String> name =
                Arbitraries.oneOf(letters.map(text -> "-" + text), letters.map(text -> "--" + text), known);
        return Arbitraries.oneOf(name, name.map(text -> text + "=/tmp/x"));
    }

    private static boolean isInGrammar(String launcher, String flag) {
        String name = flag.contains("=") ? flag.substring(0, flag.indexOf('=')) : flag;
        Grammar grammar = Launchers.grammar(launcher).orElseThrow();
        return grammar.forms().stream().anyMatch(form -> {
            Grammar.Flags flags = grammar.common().and(form.flags());
            boolean cluster = grammar.clusters() && !name.startsWith("--") && isCluster(flags, name.substring(1));
            return flags.flag(name).isPresent() || flags.hasShape(flag) || cluster;
        });
    }

    /** Letters up to the first that has a value, which is the rest. */
    private static boolean isCluster(Grammar.Flags flags, String letters) {
        for (int at = 0; at < letters.length(); at++) {
            Optional<Grammar.Flag> flag = flags.flag("-" + letters.charAt(at));
            if (flag.isEmpty() || flag.get().arity() != Grammar.Arity.NONE) {
                return flag.isPresent();
            }
        }
        return true;
    }

    private SpawnVerdict judge(String command, List<String> args) {
        return validator.judge(new SpawnSpec(command, args, Map.of(), Optional.empty(), Os.LINUX));
    }
}
