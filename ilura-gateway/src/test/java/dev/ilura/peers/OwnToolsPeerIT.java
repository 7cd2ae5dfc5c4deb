package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gateway's own tools as the official clients see them, side by side with the official filesystem server. */
class OwnToolsPeerIT {
    @TempDir
    private Path dir;

    private Path root;

    static List<PeerClient> clients() {
        return List.of(new TypeScriptSdk(), new InspectorCli());
    }

    @BeforeEach
    void aTree() throws IOException {
        root = Files.createDirectory(dir.resolve("tree")).toRealPath();
        fill();
    }

    private void fill() throws IOException {
        Files.writeString(root.resolve("note.txt"), "one\ntwo\nthree\n");
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/a.md"), "# A\nGr\u00fc\u00dfe\n");
        Files.writeString(root.resolve("sub/deep/b.md"), "# B\n");
        Files.write(root.resolve("dot.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2});
        Files.write(root.resolve("raw.bin"), new byte[] {0, 1, 2, 3});
        Files.createSymbolicLink(root.resolve("link.txt"), Path.of("note.txt"));
    }

    /** Calls that both know, each with the arguments that the official server documents. */
    private List<Call> shared() {
        String at = root.toString() + "/";
        return List.of(
                Call.to("read_text_file", Map.of("path", at + "note.txt")),
                Call.to("read_text_file", Map.of("path", at + "sub/a.md")),
                Call.to("read_text_file", Map.of("path", at + "link.txt")),
                Call.to("read_text_file", Map.of("path", at + "note.txt", "head", 2)),
                Call.to("read_text_file", Map.of("path", at + "note.txt", "tail", 2)),
                Call.to("read_media_file", Map.of("path", at + "dot.png")),
                Call.to("read_media_file", Map.of("path", at + "raw.bin")),
                Call.to("read_multiple_files", Map.of("paths", List.of(at + "note.txt", at + "sub/a.md"))),
                Call.to("list_directory", Map.of("path", root.toString())),
                Call.to("list_directory_with_sizes", Map.of("path", at + "sub", "sortBy", "name")),
                Call.to("directory_tree", Map.of("path", at + "sub")),
                Call.to("search_files", Map.of("path", root.toString(), "pattern", "**/*.md")),
                Call.to(
                        "search_files",
                        Map.of("path", root.toString(), "pattern", "**/*.md", "excludePatterns", List.of("**/deep"))),
                Call.to("search_files", Map.of("path", root.toString(), "pattern", "*.none")),
                Call.to("list_allowed_directories", Map.of()),
                Call.to(
                        "edit_file",
                        Map.of(
                                "path",
                                at + "note.txt",
                                "dryRun",
                                true,
                                "edits",
                                List.of(Map.of("oldText", "two", "newText", "zwei")))),
                Call.to("create_directory", Map.of("path", at + "made/here")),
                Call.to("write_file", Map.of("path", at + "made/new.txt", "content", "new\n")),
                Call.to(
                        "edit_file",
                        Map.of(
                                "path",
                                at + "note.txt",
                                "edits",
                                List.of(Map.of("oldText", "one\n", "newText", "1\n")))),
                Call.to("read_text_file", Map.of("path", at + "note.txt")),
                Call.to("move_file", Map.of("source", at + "made/new.txt", "destination", at + "made/moved.txt")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void bothGiveTheSameAnswersWhereBothHaveTheFeature(PeerClient client) throws IOException {
        List<Call> calls = shared();
        ServerCommand official = ServerCommand.node(
                Peers.entry("@modelcontextprotocol/server-filesystem/dist/index.js"), root.toString());
        List<JsonValue> theirs = client.visit(official, calls).results();
        emptyAgain();
        fill();
        GateHome gate = GateHome.in(dir).tools(root).allow("file_io/*");
        List<JsonValue> ours = client.visit(
                        gate.serve(),
                        calls.stream().map(call -> call.through("file_io")).toList())
                .results();

        assertThat(ours).hasSameSizeAs(calls);
        for (int i = 0; i < calls.size(); i++) {
            assertThat(comparable(ours.get(i)))
                    .as("%s %s", calls.get(i).tool(), calls.get(i).arguments())
                    .isEqualTo(comparable(theirs.get(i)));
        }
    }

    /** They list in the order of the disk, we by name; the lines are the same. */
    private static String comparable(JsonValue result) {
        if (result.at("/content/0/text").isEmpty()) {
            return result.at("/content").orElseThrow().raw();
        }
        String[] lines = result.at("/content/0/text").orElseThrow().text().split("\n");
        Arrays.sort(lines);
        return String.join("\n", lines).replaceAll("(?m) +$", "");
    }

    private void emptyAgain() throws IOException {
        try (var all = Files.walk(root)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                if (!path.equals(root)) {
                    Files.delete(path);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void eachToolIsUsedThroughTheGate(PeerClient client) throws IOException {
        HttpServer site = site();
        try {
            GateHome gate = GateHome.in(dir)
                    .tools(root, "addresses = [\"127.0.0.1/32\"]")
                    .allow("file_io/*", "network/*", "time_machine/*");
            String at = root.toString() + "/";
            String url = "http://127.0.0.1:" + site.getAddress().getPort() + "/";
            List<Call> calls = new ArrayList<>();
            calls.add(Call.to("write_file", Map.of("path", at + "note.txt", "content", "three\n"))
                    .through("file_io"));
            calls.add(Call.to("get_file_info", Map.of("path", at + "note.txt")).through("file_io"));
            calls.add(Call.to("search_content", Map.of("path", root.toString(), "pattern", "three"))
                    .through("file_io"));
            calls.add(Call.to("copy_file", Map.of("source", at + "sub", "destination", at + "copy"))
                    .through("file_io"));
            calls.add(Call.to("delete_file", Map.of("path", at + "copy", "recursive", true))
                    .through("file_io"));
            calls.add(Call.to("fetch", Map.of("url", url)).through("network"));
            calls.add(Call.to("send", Map.of("url", url, "method", "POST", "body", "hello"))
                    .through("network"));
            calls.add(Call.to("list_snapshots", Map.of()).through("time_machine"));
            calls.add(Call.to("preview_restore", Map.of("time", "2020-01-01T00:00:00Z"))
                    .through("time_machine"));

            Sighting seen = client.visit(gate.serve(), calls);

            assertThat(seen.names())
                    .contains("file_io__write_file", "network__fetch", "time_machine__restore")
                    .hasSize(21);
            for (int i = 0; i < calls.size(); i++) {
                JsonValue result = seen.results().get(i);
                assertThat(result.at("/isError").filter(JsonValue::flag))
                        .as("%s: %s", calls.get(i).tool(), result.raw())
                        .isEmpty();
                assertThat(result.at("/structuredContent"))
                        .as(calls.get(i).tool())
                        .isPresent();
            }
            assertThat(gate.ilura("audit", "verify").succeeded().out()).contains("sound");
        } finally {
            site.stop(0);
        }
    }

    @Test
    void goingBackAsksAHumanAndTheTraceNamesTheWay() {
        GateHome gate = GateHome.in(dir).tools(root).allow("file_io/*", "time_machine/*");
        JsonValue restored = new TypeScriptSdk()
                .visit(
                        gate.serve(),
                        List.of(
                                Call.to("write_file", Map.of("path", root + "/note.txt", "content", "x"))
                                        .through("file_io"),
                                Call.to("restore", Map.of("time", "2020-01-01T00:00:00Z", "plan", "x"))
                                        .through("time_machine")))
                .results()
                .get(1);

        assertThat(restored.raw()).contains("ILR-ASK-");
        assertThat(root.resolve("note.txt")).hasContent("x");
        String call = JsonValue.parse(gate.ilura("audit", "search", "--json")
                        .out()
                        .lines()
                        .filter(line -> line.contains("\"snapshot\""))
                        .findFirst()
                        .orElseThrow())
                .at("/record/call")
                .orElseThrow()
                .text();
        assertThat(gate.ilura("audit", "trace", call).succeeded().out()).contains("ilura undo --config FILE " + call);
        Finished preview = Finished.run(
                List.of(
                        Peers.ilura().toString(),
                        "undo",
                        "--preview",
                        "--config",
                        gate.config().toString(),
                        call),
                Peers.iluraEnvironment(),
                "");
        assertThat(preview.succeeded().out()).contains("-x", "+one");
    }

    @SuppressWarnings("AddressSelection") // the address is written out
    private static HttpServer site() throws IOException {
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 10);
        site.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] body = "<html><body><h1>Hello</h1></body></html>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            boolean robots = exchange.getRequestURI().getPath().equals("/robots.txt");
            exchange.sendResponseHeaders(robots ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        site.start();
        return site;
    }
}
