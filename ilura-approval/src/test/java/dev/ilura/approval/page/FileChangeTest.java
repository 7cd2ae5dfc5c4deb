package dev.ilura.approval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ToolCall;
import dev.ilura.approval.Tickets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileChangeTest {
    @TempDir
    private Path directory;

    private Path root;
    private Path secret;

    @BeforeEach
    void files() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(root.resolve("a.md"), "one\ntwo\nthree\n");
        secret = Files.writeString(directory.resolve("secret"), "the secret\n");
    }

    @Test
    void aWriteIsComparedWithTheFile() {
        List<FileChange> changes = FileChange.of(write(root.resolve("a.md"), "one\n2\nthree\n"));

        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.coversContent()).isTrue();
            assertThat(text(change)).isEqualTo(" one|-two|+2| three| ");
        });
    }

    @Test
    void aNewFileIsAllNew() {
        assertThat(FileChange.of(write(root.resolve("new.md"), "a\nb")))
                .singleElement()
                .satisfies(change ->
                        assertThat(change.title() + ":" + text(change)).isEqualTo("New file:+a|+b"));
    }

    @Test
    void noFileOutsideTheRootsIsRead() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), secret);
        Path up = root.resolve("..").resolve("secret");

        assertThat(FileChange.of(write(secret, "x"))).isEmpty();
        assertThat(FileChange.of(write(link, "x"))).isEmpty();
        assertThat(FileChange.of(write(up, "x"))).isEmpty();
        assertThat(FileChange.of(write(Path.of("a.md"), "x"))).isEmpty();
    }

    @Test
    void whatIsNoTextIsNotCompared() throws IOException {
        Files.write(root.resolve("binary"), new byte[] {(byte) 0xFF, 0});
        Files.write(root.resolve("big"), new byte[300_000]);

        assertThat(FileChange.of(write(root.resolve("binary"), "x"))).isEmpty();
        assertThat(FileChange.of(write(root.resolve("big"), "x"))).isEmpty();
        assertThat(FileChange.of(write(root, "x"))).isEmpty();
    }

    @Test
    void editsAreShownPieceByPiece() {
        ToolCall call = Tickets.ticket()
                .arguments(Map.of(
                        "path",
                        "/elsewhere/a.md",
                        "edits",
                        List.of(Map.of("oldText", "a\nb", "newText", "a\nc"), Map.of("oldText", "x"))))
                .make()
                .call();

        assertThat(FileChange.of(call)).singleElement().satisfies(change -> {
            assertThat(change.coversContent()).isFalse();
            assertThat(text(change)).isEqualTo(" a|-b|+c");
        });
    }

    @Test
    void whatStaysFarFromAChangeIsAGap() {
        String before = "x\n".repeat(50);
        String after = "x\n".repeat(25) + "new\n" + "x\n".repeat(25);

        assertThat(LineDiff.between(before, after))
                .extracting(LineDiff.Line::text)
                .containsExactly("22 lines stay", "x", "x", "x", "new", "x", "x", "x", "23 lines stay");
    }

    @Test
    void hugeTextsAreReplacedAsAWhole() {
        String before = "a\n".repeat(3_000);
        String after = "b\n".repeat(3_000);

        assertThat(LineDiff.between(before, after))
                .filteredOn(line -> line.kind() == LineDiff.Kind.ADD)
                .hasSize(3_000);
    }

    @Property(tries = 300)
    void aComparisonHoldsBothTexts(
            @ForAll @Size(max = 3) List<@StringLength(max = 3) @CharRange(from = 'a', to = 'c') String> before,
            @ForAll @Size(max = 3) List<@StringLength(max = 3) @CharRange(from = 'a', to = 'c') String> after) {
        List<LineDiff.Line> lines = LineDiff.between(String.join("\n", before), String.join("\n", after));

        if (lines.stream().noneMatch(line -> line.kind() == LineDiff.Kind.GAP)) {
            assertThat(side(lines, LineDiff.Kind.ADD)).isEqualTo(String.join("\n", before));
            assertThat(side(lines, LineDiff.Kind.DEL)).isEqualTo(String.join("\n", after));
        }
    }

    private static String side(List<LineDiff.Line> lines, LineDiff.Kind without) {
        return lines.stream()
                .filter(line -> line.kind() != without)
                .map(LineDiff.Line::text)
                .collect(Collectors.joining("\n"));
    }

    private static String text(FileChange change) {
        return change.lines().stream()
                .map(line -> Map.of(
                                        LineDiff.Kind.SAME, " ",
                                        LineDiff.Kind.ADD, "+",
                                        LineDiff.Kind.DEL, "-",
                                        LineDiff.Kind.GAP, "~")
                                .get(line.kind())
                        + line.text())
                .collect(Collectors.joining("|"));
    }

    private ToolCall write(Path file, String content) {
        return Tickets.ticket()
                .roots(root)
                .arguments(Map.of("path", file.toString(), "content", content))
                .make()
                .call();
    }
}
