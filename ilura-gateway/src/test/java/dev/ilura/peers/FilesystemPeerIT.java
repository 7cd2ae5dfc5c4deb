package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real filesystem server, asked for what lies outside its root. A witness writes down what reaches it. */
class FilesystemPeerIT {
    @TempDir
    private Path dir;

    private Path root;
    private GateHome gate;

    @BeforeEach
    void aRootWithANoteAndALinkOutOfIt() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
        Files.writeString(root.resolve("note.txt"), "inside\n");
        Files.writeString(dir.resolve("outside.txt"), "outside\n");
        Files.createSymbolicLink(root.resolve("innocent.txt"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(root.resolve("up"), dir);
        Path log = Files.createDirectory(dir.resolve("witness")).resolve("seen.jsonl");
        ServerCommand server = ServerCommand.node(
                Peers.file("witness.mjs"),
                log.toString(),
                Peers.entry("@modelcontextprotocol/server-filesystem/dist/index.js")
                        .toString(),
                root.toString());
        gate = GateHome.in(dir)
                .server("files", server, root, log.getParent())
                .rule(
                        "tools = [\"files/read_*\"]",
                        "decision = \"allow\"",
                        "where = { path = { inside = \"roots\" } }");
    }

    @Test
    void aFileInsideIsRead() throws IOException {
        JsonValue result = read(root.resolve("note.txt").toString());

        assertThat(result.at("/content/0/text").orElseThrow().text()).isEqualTo("inside\n");
        assertThat(seenByTheServer()).contains("note.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "ROOT/../../../../../../../../etc/passwd",
                "ROOT/../outside.txt",
                "ROOT/innocent.txt",
                "ROOT/up/outside.txt",
                "file:///etc/passwd",
                "ROOT/./note.txt/../../outside.txt",
                "//etc/passwd",
                "~/.ssh/id_ed25519",
            })
    void whatLiesOutsideIsDeniedBeforeTheServerSeesIt(String path) throws IOException {
        JsonValue result = read(path.replace("ROOT", root.toString()));

        assertThat(result.at("/isError").orElseThrow().flag()).isTrue();
        assertThat(result.raw()).contains("ILR-").doesNotContain("root:x:0").doesNotContain("outside\\n");
        assertThat(seenByTheServer()).contains("tools/list").doesNotContain("tools/call");
        assertThat(gate.ilura("audit", "verify").succeeded().out()).isNotBlank();
    }

    private JsonValue read(String path) {
        Call call = Call.to("read_text_file", Map.of("path", path)).through("files");
        return new RawWire().visit(gate.serve(), List.of(call)).results().get(0);
    }

    private String seenByTheServer() throws IOException {
        return Files.readString(dir.resolve("witness/seen.jsonl"));
    }
}
