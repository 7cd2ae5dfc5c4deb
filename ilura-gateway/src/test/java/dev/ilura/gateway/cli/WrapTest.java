package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.Gateway;
import dev.ilura.audit.AuditReader;
import dev.ilura.gateway.demo.NotesServer;
import dev.ilura.json.JsonValue;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrapTest {
    @TempDir
    Path directory;

    @Test
    void wrappedServerKeepsItsNamesAndWhatWasAllowedPasses() throws Exception {
        Path notes = Files.createDirectory(directory.resolve("notes"));
        Files.writeString(notes.resolve("a.md"), "one");
        Path state = directory.resolve("state");
        try (Served served = Served.with(
                directory.resolve("stderr.txt"),
                "wrap",
                "--state",
                state.toString(),
                "--allow",
                "list_*",
                "--",
                "java",
                "-cp",
                jars(),
                NotesServer.class.getName(),
                notes.toString())) {
            served.handshake();

            assertThat(served.request(1, "tools/list", "{}")
                            .at("/result/tools")
                            .orElseThrow()
                            .elements())
                    .extracting(tool -> tool.member("name").orElseThrow().text())
                    .contains("list_notes", "delete_note");
            JsonValue answer = served.call(2, "list_notes", "{}");
            assertThat(answer.at("/result/content/0/text").orElseThrow().text()).isEqualTo("a.md");
            assertThat(served.leave()).isZero();
        }
        AuditReader log = AuditReader.open(state);
        assertThat(log.size()).isGreaterThan(4);
    }

    @Test
    void shellIsNotStartedHoweverItIsWrapped() throws Exception {
        Path state = directory.resolve("state");
        Path stderr = directory.resolve("stderr.txt");
        try (Served served = Served.with(
                stderr, "wrap", "--state", state.toString(), "--allow", "*", "--", "/bin/sh", "-c", "echo started")) {
            served.handshake();

            assertThat(served.request(1, "tools/list", "{}").raw()).contains("\"tools\":[]");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.readString(stderr).contains("ILR-SPAWN-004"));
            served.leave();
        }
    }

    @Test
    void globThatIsNoneIsAMistakeOfUse() {
        Typed typed = Typed.ilura("wrap", "--allow", "", "--", "node", "server.js");

        assertThat(typed.exit()).isEqualTo(Exit.USAGE);
        assertThat(typed.err()).contains("--allow");
    }

    private static String jars() throws Exception {
        return String.join(File.pathSeparator, place(NotesServer.class), place(Gateway.class));
    }

    private static String place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
