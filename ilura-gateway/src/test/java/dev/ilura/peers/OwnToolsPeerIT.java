package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.ilura.gateway.cli.Chat;
import dev.ilura.json.JsonValue;
import dev.ilura.tools.FileIo;
import dev.ilura.tools.Network;
import dev.ilura.tools.TimeMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gateway's own tools as the official clients see and use them, through {@code ilura serve}. */
class OwnToolsPeerIT {
    private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-02-03T04:05:06Z"));
    private static final Map<String, ?> AGREEING = Map.of(
            "modes",
            Map.of("form", Map.of()),
            "answer",
            Map.of("action", "accept", "content", Map.of("decision", "approve")));

    @TempDir
    private Path dir;

    private Path root;

    @BeforeEach
    void aTree() throws IOException {
        root = Files.createDirectory(dir.resolve("tree")).toRealPath();
        Files.writeString(root.resolve("note.txt"), "one\ntwo\nthree\n");
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/a.md"), "# A\nGr\u00fc\u00dfe\n");
        Files.writeString(root.resolve("sub/deep/b.md"), "# B\n");
        Files.write(root.resolve("dot.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2});
        Files.setLastModifiedTime(root.resolve("note.txt"), LONG_AGO);
    }

    private String at(String name) {
        return root.resolve(name).toString();
    }

    /** A client, as far as a test cares. */
    private interface Asking {
        JsonValue ask(Call call) throws IOException;
    }

    private static Asking typeScript(AskingClient client) {
        return call -> {
            JsonValue answer = WireSession.await(client.call(call.tool(), call.arguments()), Peers.PATIENCE);
            return answer.member("result").orElseThrow(() -> new AssertionError(answer.raw()));
        };
    }

    private static JsonValue sound(Asking client, Call call) throws IOException {
        JsonValue result = client.ask(call);
        assertThat(result.at("/isError").filter(JsonValue::flag))
                .as("%s: %s", call.tool(), result.raw())
                .isEmpty();
        assertThat(result.at("/structuredContent")).as(call.tool()).isPresent();
        return result.at("/structuredContent").orElseThrow();
    }

    private static Call machine(String tool, Map<String, ?> arguments) {
        return Call.to(tool, arguments).through("time_machine");
    }

    private static Call file(String tool, Map<String, ?> arguments) {
        return Call.to(tool, arguments).through("file_io");
    }

    /** Restores, and gives the name of the call that did. */
    private static String restored(Asking client, Map<String, ?> selection) throws IOException {
        restore(client, selection);
        return lastCall(client);
    }

    /** Previews, and does what was previewed. */
    private static void restore(Asking client, Map<String, ?> selection) throws IOException {
        JsonValue preview = sound(client, machine("preview_restore", selection));
        Map<String, Object> arguments = new HashMap<>(selection);
        arguments.put("plan", preview.at("/plan").orElseThrow().text());
        sound(client, machine("restore", arguments));
    }

    private static String lastCall(Asking client) throws IOException {
        return sound(client, machine("list_snapshots", Map.of("limit", 1)))
                .at("/snapshots/0/call")
                .orElseThrow()
                .text();
    }

    /** Each tool once, in an order in which all of them work. */
    private List<String> everyTool(Asking client, String url) throws IOException {
        List<Call> calls = List.of(
                file("list_allowed_directories", Map.of()),
                file("read_text_file", Map.of("path", at("note.txt"), "offset", 2)),
                file("read_media_file", Map.of("path", at("dot.png"))),
                file("read_multiple_files", Map.of("paths", List.of(at("note.txt"), at("sub/a.md")))),
                file("list_directory", Map.of("path", root.toString())),
                file("list_directory_with_sizes", Map.of("path", root.toString(), "sortBy", "size")),
                file("directory_tree", Map.of("path", root.toString())),
                file("get_file_info", Map.of("path", at("note.txt"))),
                file("search_files", Map.of("path", root.toString(), "pattern", "**/*.md")),
                file("search_content", Map.of("path", root.toString(), "pattern", "three")),
                file("write_file", Map.of("path", at("new.txt"), "content", "new\n")),
                file(
                        "edit_file",
                        Map.of("path", at("new.txt"), "edits", List.of(Map.of("oldText", "new", "newText", "newer")))),
                file("create_directory", Map.of("path", at("made/here"))),
                file("copy_file", Map.of("source", at("sub"), "destination", at("made/copy"))),
                file("move_file", Map.of("source", at("new.txt"), "destination", at("made/new.txt"))),
                file("delete_file", Map.of("path", at("made"), "recursive", true)),
                Call.to("fetch", Map.of("url", url)).through("network"),
                Call.to("send", Map.of("url", url, "method", "POST", "body", "hello"))
                        .through("network"));
        List<String> used = new ArrayList<>();
        for (Call call : calls) {
            sound(client, call);
            used.add(call.tool());
        }
        assertThat(root.resolve("made")).doesNotExist();
        restore(client, Map.of("call", lastCall(client)));
        assertThat(root.resolve("made/new.txt")).hasContent("newer\n");
        used.addAll(List.of("time_machine__list_snapshots", "time_machine__preview_restore", "time_machine__restore"));
        return used;
    }

    /** What there is to be used, as clients see it. */
    private List<String> offered() {
        return Stream.of(FileIo.in(root), Network.guarded(), TimeMachine.in(dir.resolve("unused")))
                .flatMap(provider -> provider.tools().stream()
                        .map(tool -> provider.name() + "__"
                                + tool.definition().member("name").orElseThrow().text()))
                .toList();
    }

    private GateHome allOfThem(Chat chat) throws IOException {
        GateHome home = GateHome.in(dir)
                .tools(root, "addresses = [\"127.0.0.1/32\"]")
                .allow("file_io/*", "network/*", "time_machine/*");
        return home.section(chat.configured(home.state()));
    }

    @Test
    void theTypeScriptClientUsesEachTool() throws IOException {
        HttpServer site = site();
        try (Chat chat = new Chat()) {
            GateHome home = allOfThem(chat);
            List<String> used;
            try (AskingClient client = AskingClient.connect("sdk", "2025-11-25", Map.of(), home.serve())) {
                used = everyTool(typeScript(client), url(site));
            }
            assertThat(used).containsExactlyInAnyOrderElementsOf(offered());
            assertThat(home.ilura("audit", "verify").succeeded().out()).contains("sound");
        } finally {
            site.stop(0);
        }
    }

    /** One gate listens for all of its requests, since each starts a program of its own; one goes over standard input. */
    @Test
    void theInspectorUsesEachTool() throws IOException {
        HttpServer site = site();
        try (Chat chat = new Chat()) {
            GateHome home = allOfThem(chat);
            try (Listening gate = home.listening()) {
                assertThat(InspectorCli.tools(gate.place()))
                        .extracting(tool -> tool.member("name").orElseThrow().text())
                        .containsExactlyInAnyOrderElementsOf(offered());
                assertThat(everyTool(call -> InspectorCli.call(gate.place(), call), url(site)))
                        .containsExactlyInAnyOrderElementsOf(offered());
            }
            JsonValue read = new InspectorCli()
                    .visit(home.serve(), List.of(file("read_text_file", Map.of("path", at("note.txt")))))
                    .results()
                    .get(0);
            assertThat(read.at("/structuredContent/content").orElseThrow().text())
                    .isEqualTo("one\ntwo\nthree\n");
            assertThat(home.ilura("audit", "verify").succeeded().out()).contains("sound");
        } finally {
            site.stop(0);
        }
    }

    @Test
    void aFileADirectoryACallAndAnUndoAreUndone() throws IOException {
        GateHome home = GateHome.in(dir)
                .tools(root)
                .allow("file_io/*", "time_machine/*")
                .section("[approvals]\nchannels = [\"elicitation\"]");
        try (AskingClient connected = AskingClient.connect("client", "2026-07-28", AGREEING, home.serve())) {
            Asking client = typeScript(connected);
            sound(client, file("write_file", Map.of("path", at("note.txt"), "content", "spoilt\n")));
            String first = lastCall(client);
            sound(client, file("delete_file", Map.of("path", at("sub"), "recursive", true)));
            sound(client, file("move_file", Map.of("source", at("dot.png"), "destination", at("moved.png"))));
            String move = lastCall(client);

            restore(client, Map.of("before_call", first, "path", at("note.txt")));
            assertThat(root.resolve("note.txt")).hasContent("one\ntwo\nthree\n");
            assertThat(Files.getLastModifiedTime(root.resolve("note.txt"))).isEqualTo(LONG_AGO);
            assertThat(root.resolve("sub")).as("only the file was asked for").doesNotExist();

            restore(client, Map.of("before_call", first, "path", at("sub")));
            assertThat(root.resolve("sub/deep/b.md")).hasContent("# B\n");
            assertThat(root.resolve("dot.png")).doesNotExist();

            String undo = restored(client, Map.of("call", move));
            assertThat(root.resolve("dot.png")).exists();
            assertThat(root.resolve("moved.png")).doesNotExist();

            restore(client, Map.of("call", undo));
            assertThat(root.resolve("dot.png")).doesNotExist();
            assertThat(root.resolve("moved.png")).exists();

            // the rule allows all of it; a form of the client is good for lane medium and no more
            assertThat(connected.elicited)
                    .hasSize(4)
                    .allSatisfy(asked -> assertThat(
                                    asked.at("/message").orElseThrow().text())
                            .contains("time_machine/restore"));
        }
    }

    @Test
    void whatAConfinedServerDidIsUndone() throws IOException {
        ServerCommand official = ServerCommand.node(
                Peers.entry("@modelcontextprotocol/server-filesystem/dist/index.js"), root.toString());
        GateHome home = GateHome.in(dir)
                .server("files", official, root)
                .watching("files")
                .allow("files/*", "time_machine/*")
                .section("[approvals]\nchannels = [\"elicitation\"]");
        String call;
        try (AskingClient connected = AskingClient.connect("sdk", "2025-11-25", AGREEING, home.serve())) {
            Asking client = typeScript(connected);
            sound(client, new Call("files__write_file", Map.of("path", at("note.txt"), "content", "spoilt\n")));
            call = lastCall(client);
            sound(client, new Call("files__move_file", Map.of("source", at("sub"), "destination", at("elsewhere"))));

            restore(client, Map.of("before_call", call));

            assertThat(root.resolve("note.txt")).hasContent("one\ntwo\nthree\n");
            assertThat(Files.getLastModifiedTime(root.resolve("note.txt"))).isEqualTo(LONG_AGO);
            assertThat(root.resolve("sub/deep/b.md")).hasContent("# B\n");
            assertThat(root.resolve("elsewhere")).doesNotExist();
        }
        assertThat(home.ilura("audit", "trace", call).succeeded().out())
                .contains("files/write_file", "ilura undo --config FILE " + call);
    }

    @ParameterizedTest
    @CsvSource({"sdk, 2025-11-25", "client, 2026-07-28"})
    void aSearchSaysHowFarItIsAndEndsWhenItIsGivenUp(String library, String era) throws IOException {
        // some seconds of work: each line is read again from each of its letters
        Path many = Files.createDirectory(root.resolve("many"));
        for (int i = 0; i < 8000; i++) {
            Files.writeString(many.resolve("f" + i), "a".repeat(280));
        }
        GateHome home = GateHome.in(dir).tools(root).allow("file_io/*");
        try (AskingClient client = AskingClient.connect(library, era, Map.of(), home.serve())) {
            AskingClient.Watched search = client.watch(
                    "file_io__search_content", Map.of("path", many.toString(), "pattern", "a*b", "regex", true));
            await().atMost(Peers.PATIENCE).until(() -> !search.progress().isEmpty());
            assertThat(threads(client)).contains("dev.ilura.tools.file.SearchTools.searchContent");

            client.cancel(search);

            JsonValue said = WireSession.await(search.answer(), Peers.PATIENCE);
            assertThat(said.member("error")).as(said.raw()).isPresent();
            await().atMost(Peers.PATIENCE)
                    .until(() -> !threads(client).contains("dev.ilura.tools.file.SearchTools.searchContent"));
            assertThat(search.progress())
                    .as("it was not at its end")
                    .allSatisfy(step -> assertThat(step.at("/progress")
                                    .flatMap(JsonValue::integer)
                                    .orElseThrow())
                            .isLessThan(8000L));
            assertThat(search.progress().get(0).at("/message").orElseThrow().text())
                    .isEqualTo("200 files read");
        }
        assertThat(home.ilura("audit", "search", "--tool", "file_io/search_content", "--json")
                        .succeeded()
                        .out())
                .contains("\"ILR-CALL-008\"", "The caller gave up.");
    }

    /** What all threads of the gate are doing. */
    private String threads(AskingClient client) throws IOException {
        ProcessHandle gate = client.started().stream()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(gate.pid());
        if (Runtime.version().feature() < 21) {
            return Finished.run(List.of(jcmd, pid, "Thread.print"), Map.of(), "")
                    .succeeded()
                    .out();
        }
        Path dump = dir.resolve("threads.txt"); // the other command leaves virtual threads out
        Finished.run(List.of(jcmd, pid, "Thread.dump_to_file", "-overwrite", dump.toString()), Map.of(), "")
                .succeeded();
        return Files.readString(dump);
    }

    private static String url(HttpServer site) {
        return "http://127.0.0.1:" + site.getAddress().getPort() + "/";
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
