package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a call in the log to the file as it was: the trace names the command, somebody agrees, and the file is back. */
class UndoTest {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-02-03T04:05:06.123456Z"));

    @TempDir
    private Path dir;

    private Path root;
    private Path note;
    private Chat chat;

    @BeforeEach
    void aFileThatIsOverwritten() throws IOException {
        chat = new Chat();
        root = Files.createDirectory(dir.resolve("docs"));
        note = Files.writeString(root.resolve("note.txt"), "before\n");
        Files.setPosixFilePermissions(note, PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(note, LONG_AGO);
    }

    @AfterEach
    void nobodyIsThere() {
        chat.close();
    }

    /** @param restoring the decision on calls of the time machine, with its lines */
    private Path config(String restoring) throws IOException {
        return Files.writeString(
                dir.resolve("config.toml"), """
                [gateway]
                state_dir = "state"

                [tools]
                roots = ["docs"]
                file_io = true
                time_machine = true

                [[pods.default.rules]]
                tools = ["file_io/*", "time_machine/list_*", "time_machine/preview_*"]
                decision = "allow"

                [[pods.default.rules]]
                tools = ["time_machine/restore"]
                %s

                %s
                """.formatted(restoring, chat.configured(dir.resolve("state"))));
    }

    private String overwritten(Path config) {
        try (Gateway gateway = GatewayConfig.load(config).open()) {
            CallOutcome outcome =
                    gateway.call("file_io", "write_file", Map.of("path", note.toString(), "content", "after\n"));
            assertThat(outcome).isInstanceOf(CallOutcome.Completed.class);
            return outcome.callId();
        }
    }

    private String undoCommand(String call) {
        Typed trace = Typed.ilura(
                "audit", "trace", call, "--state", dir.resolve("state").toString());
        Matcher command =
                Pattern.compile("undo: ilura undo --config FILE (\\S+)").matcher(trace.out());
        assertThat(command.find()).as(trace.out() + trace.err()).isTrue();
        return command.group(1);
    }

    private static Typed undo(Path config, String call, String... options) {
        String[] words = new String[4 + options.length];
        words[0] = "undo";
        words[1] = "--config";
        words[2] = config.toString();
        System.arraycopy(options, 0, words, 3, options.length);
        words[words.length - 1] = call;
        return Typed.ilura(words);
    }

    @Test
    void theCommandOfTheTraceBringsTheFileBackOnceSomebodyAgreesAndItsOwnUndoToo() throws IOException {
        Path config = config("decision = \"allow\"");
        String call = undoCommand(overwritten(config));

        Typed preview = undo(config, call, "--preview");
        assertThat(preview.exit()).as(preview.err()).isZero();
        assertThat(preview.out()).contains("write " + note, "-after", "+before");
        assertThat(note).hasContent("after\n");
        assertThat(chat.asked).as("looking is free").isEmpty();

        chat.denying();
        Typed denied = undo(config, call);
        assertThat(denied.exit()).isEqualTo(Exit.FINDING);
        assertThat(denied.err()).contains("not done", "ILR-ASK-001");
        assertThat(note).hasContent("after\n");
        assertThat(chat.asked).singleElement().satisfies(question -> {
            // the rule allows it; going back asks all the same
            assertThat(question.at("/lane").map(JsonValue::text)).contains("medium");
            assertThat(question.at("/tool").map(JsonValue::text)).contains("restore");
        });

        chat.approving();
        Typed undone = undo(config, call);
        assertThat(undone.exit()).as(undone.err()).isZero();
        assertThat(undone.out()).contains("Restored: 1 changes");
        assertThat(note).hasContent("before\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(note)))
                .isEqualTo("rw-r-----");
        assertThat(Files.getLastModifiedTime(note)).isEqualTo(LONG_AGO);

        Matcher restore = Pattern.compile("Undo this with call (\\S+)\\.").matcher(undone.out());
        assertThat(restore.find()).as(undone.out()).isTrue();
        assertThat(undo(config, undoCommand(restore.group(1))).exit()).isZero();
        assertThat(note).hasContent("after\n");
        assertThat(chat.asked).hasSize(3);
    }

    @Test
    void aStricterRuleIsNotMadeMilder() throws IOException {
        Path config = config("decision = \"ask\"\nlane = \"high\"");

        Typed undone = undo(config, overwritten(config));

        assertThat(undone.exit()).isEqualTo(Exit.FINDING);
        assertThat(undone.err()).contains("ILR-ASK-002"); // a chat may not answer for lane high
        assertThat(note).hasContent("after\n");
        assertThat(chat.asked).isEmpty();
    }
}
