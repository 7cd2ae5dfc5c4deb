package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @TempDir
    Path directory;

    @Test
    void demoDoesWhatItTellsAndNamesItsStandIn() {
        Typed demo = Typed.ilura("demo", "--state", directory.resolve("demo").toString());

        assertThat(demo.exit()).as(demo.out() + demo.err()).isZero();
        assertThat(demo.out())
                .contains("Hello from behind the gate.")
                .contains("denied   ILR-POLICY-101")
                .contains("path resolves to " + real("demo/secret.txt"))
                .contains("rule read-inside-notes (demo.toml:")
                .contains("stand-in", "no person was asked")
                .contains("sound")
                .doesNotContain("\u001b");
        assertThat(directory.resolve("demo/notes/todo.md")).hasContent("Put a gate in front of my servers.");
    }

    @Test
    void commandsThatTheDemoSuggestsWork() {
        String state = directory.resolve("demo").toString();
        Typed demo = Typed.ilura("demo", "--state", state);
        String config = real("demo/demo.toml");

        assertThat(Typed.ilura("check", "call", "--config", config, "notes", "read_note", "{\"path\":\"welcome.md\"}")
                        .exit())
                .isZero();
        assertThat(Typed.ilura(
                                "check",
                                "call",
                                "--config",
                                config,
                                "notes",
                                "read_note",
                                "{\"path\":\"../secret.txt\"}")
                        .exit())
                .isEqualTo(Exit.FINDING);
        assertThat(Typed.ilura("audit", "verify", "--state", state).exit()).isZero();
        assertThat(Typed.ilura("audit", "verify", "--config", config, "--json").out())
                .contains("\"sound\":true");
        Matcher trace = Pattern.compile("audit trace (\\S+)").matcher(demo.out());
        assertThat(trace.find()).isTrue();
        assertThat(Typed.ilura("audit", "trace", trace.group(1), "--state", state)
                        .out())
                .contains("notes/write_note", "decision", "approval", "dispatch", "outcome");
    }

    @Test
    void directoryThatCannotBeWrittenIsAMistakeOfUse() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        for (Path place : List.of(file, file.resolve("below"))) {
            Typed demo = Typed.ilura("demo", "--state", place.toString());

            assertThat(demo.exit()).isEqualTo(Exit.USAGE);
            assertThat(demo.err()).contains("ILR-CONF-005").doesNotContain("\tat ");
        }
    }

    @Test
    void logAnswersQuestions() {
        String state = directory.resolve("demo").toString();
        Typed.ilura("demo", "--state", state);

        assertThat(Typed.ilura("audit", "search", "--state", state, "-w", "decision=deny", "--json")
                        .out()
                        .lines())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("ILR-POLICY-101"));
        assertThat(Typed.ilura("audit", "search", "--state", state, "-w", "tool=none")
                        .exit())
                .isEqualTo(Exit.FINDING);
        assertThat(Typed.ilura("audit", "tail", "-n", "1", "--state", state).out())
                .contains("gateway_close");
        assertThat(Typed.ilura("audit", "trace", "nothing", "--state", state).exit())
                .isEqualTo(Exit.FINDING);
    }

    @Test
    void directoryWithoutALogIsAMistakeOfUseAndNotASoundLog() {
        Typed verify = Typed.ilura("audit", "verify", "--state", directory.toString());

        assertThat(verify.exit()).isEqualTo(Exit.USAGE);
        assertThat(verify.err()).contains("ILR-CONF-008");
    }

    private String real(String path) {
        try {
            return directory.toRealPath().resolve(path).toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
