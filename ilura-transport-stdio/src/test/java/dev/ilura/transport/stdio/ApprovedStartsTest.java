package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ilura.IluraException;
import dev.ilura.spi.StartRequest;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One changed byte is another start: it is asked for, and the question shows what changed. */
class ApprovedStartsTest {
    @TempDir
    private Path dir;

    private Path program;
    private StdioServer agreed;

    @BeforeEach
    void agree() throws Exception {
        assumeTrue(Os.current() == Os.LINUX);
        dir = dir.toRealPath();
        program = Files.writeString(dir.resolve("program"), "#!/bin/sh\nread line\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        agreed = StdioServer.named("notes")
                .command("notes", "--mode", "read")
                .env("REGION", "eu")
                .state(dir.resolve("state"))
                .spawn(SpawnRules.standard().registered("notes", program));
        assertThat(start(agreed).question()).as("the operator named it").isEmpty();
    }

    @Test
    void sameStartIsNotAskedForAgain() throws Exception {
        StartRequest again = start(agreed);

        assertThat(again.question()).isEmpty();
        assertThat(again.display()).doesNotContain("changed since");
    }

    @Test
    void changedArgumentIsShownBeforeAndAfter() throws Exception {
        StartRequest changed = start(agreed.command("notes", "--mode", "reaD"));

        assertThat(changed.question()).hasValueSatisfying(why -> assertThat(why).contains("changed: argument 2"));
        assertThat(changed.display())
                .startsWith("changed since it was agreed to:\n- argument 2: read\n+ argument 2: reaD\n");
        assertThat(changed.facts()).containsKey("replaces");
    }

    @Test
    void addedArgumentIsShown() throws Exception {
        assertThat(start(agreed.command("notes", "--mode", "read", "--admin")).display())
                .contains("+ argument 3: --admin\n");
    }

    @Test
    void changedValueOfAVariableIsShownWithoutTheValue() throws Exception {
        StartRequest changed = start(agreed.env("REGION", "us"));

        assertThat(changed.question()).hasValueSatisfying(why -> assertThat(why).contains("variable REGION"));
        assertThat(changed.display()).doesNotContain("us\n");
    }

    @Test
    void changedProgramIsShown() throws Exception {
        Files.writeString(program, Files.readString(program) + "#");

        assertThat(start(agreed).question())
                .hasValueSatisfying(why -> assertThat(why).contains("sha256 of " + program));
    }

    @Test
    void changedRootsNetworkAndDirectoryAreShown() throws Exception {
        assertThat(start(agreed.roots(dir)).display()).contains("- may change: nothing\n+ may change: [" + dir);
        start(agreed);
        assertThat(start(agreed.cwd(Files.createDirectories(dir.resolve("w")))
                                .spawn(agreed.spawn().serverRoots(java.util.List.of(dir.toString()))))
                        .display())
                .contains("- directory: a private empty one\n");
    }

    @Test
    void wholeCommandLineIsShownHoweverLongItIs() throws Exception {
        List<String> args = new ArrayList<>(Collections.nCopies(240, "word"));
        args.add("x".repeat(30_000) + "end");

        String shown = start(agreed.command("notes", args)).display();

        String whole = shown.substring(shown.indexOf("the whole start:\n"));
        for (int i = 0; i < args.size(); i++) {
            assertThat(whole).contains("\nargument " + (i + 1) + ": " + args.get(i) + "\n");
        }
        assertThat(whole)
                .contains("program: " + program, "sha256 of " + program, "directory: ", "network: ", "confinement: ");
    }

    /** A line of the question cannot be made by a value, nor hidden by one. */
    @Test
    void nothingInTheQuestionCanPoseAsAnotherLine() throws Exception {
        Path odd = Files.createDirectory(dir.resolve("x\nnetwork: none\u001b[2K\u202e"));

        String shown = start(agreed.roots(odd)).display();

        assertThat(shown.lines()).noneMatch(line -> line.startsWith("network: none"));
        assertThat(shown).doesNotContain("\u001b", "\u202e").contains("network: not restricted\n");
        assertThatThrownBy(() -> start(agreed.command("notes", "a\nnetwork: none")))
                .hasMessageContaining("ILR-SPAWN-001");
        assertThatThrownBy(() -> start(agreed.command("notes", "a\u202e"))).hasMessageContaining("ILR-SPAWN-001");
    }

    @Test
    void refusedChangeIsNotRemembered() throws Exception {
        StdioServer other = agreed.command("notes", "--mode", "write");
        assertThatThrownBy(() -> other.transport().open(new Ear(), request -> {
                    throw new IluraException("ILR-TEST-001", "No.", "Nothing.");
                }))
                .isInstanceOf(IluraException.class);

        assertThat(start(other).question()).isPresent();
        assertThat(start(other).question()).as("now it was agreed to").isEmpty();
    }

    @Test
    void damagedRecordStartsNothing() throws IOException {
        Path record = dir.resolve("state/starts/notes.json");
        assertThat(Files.getPosixFilePermissions(record)).hasSize(2);
        Files.writeString(record, "{\"identity\":1}");

        assertThatThrownBy(() -> start(agreed))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-STDIO-014");
    }

    private static StartRequest start(StdioServer server) throws IOException {
        AtomicReference<StartRequest> seen = new AtomicReference<>();
        server.transport().open(new Ear(), seen::set).close();
        return seen.get();
    }
}
