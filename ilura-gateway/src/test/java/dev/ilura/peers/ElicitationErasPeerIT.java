package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Official clients of both eras that are asked through the protocol, and that answer for their person, as they may: a form
 * is good for lane medium and nothing above it, an address opens nothing by itself, and a client that can be asked nothing
 * is denied with the way out.
 */
class ElicitationErasPeerIT {
    private static final Map<String, ?> BOTH = Map.of("form", Map.of(), "url", Map.of());

    @TempDir
    private Path dir;

    private Path root;

    private GateHome home(String channels, String timeout) throws Exception {
        root = Files.createDirectory(dir.resolve("root"));
        ServerCommand files = ServerCommand.node(
                Peers.entry("@modelcontextprotocol/server-filesystem/dist/index.js"), root.toString());
        return GateHome.in(dir)
                .server("files", files, root)
                .rule("tools = [\"files/create_directory\"]", "decision = \"ask\"", "lane = \"medium\"")
                .rule("tools = [\"files/write_file\"]", "decision = \"ask\"", "lane = \"high\"")
                .rule("tools = [\"files/move_file\"]", "decision = \"ask\"", "lane = \"critical\"")
                .section("[approvals]\nchannels = " + channels + "\ntimeout = \"" + timeout + "\"");
    }

    private static Map<String, ?> answering(Map<String, ?> modes, String decision) {
        return Map.of("modes", modes, "answer", Map.of("action", "accept", "content", Map.of("decision", decision)));
    }

    @ParameterizedTest
    @CsvSource({"sdk, 2025-11-25", "client, 2025-11-25", "client, 2026-07-28"})
    void aClientThatAnswersItsOwnPromptGetsMediumAndNothingAbove(String library, String era) throws Exception {
        ServerCommand serve = home("[\"elicitation\"]", "20s").serve();
        try (AskingClient client = AskingClient.connect(library, era, answering(BOTH, "approve"), serve)) {
            Path made = root.resolve("made");
            JsonValue medium = answer(client.call("files__create_directory", Map.of("path", made.toString())));
            assertThat(medium.at("/result/isError").map(JsonValue::flag).orElse(false))
                    .as(medium.raw())
                    .isFalse();
            assertThat(made).isDirectory();
            assertThat(client.elicited).hasSize(1);
            assertThat(client.elicited.get(0).at("/message").orElseThrow().text())
                    .contains("files/create_directory", made.toString());

            Path written = root.resolve("written.txt");
            JsonValue high =
                    answer(client.call("files__write_file", Map.of("path", written.toString(), "content", "x")));
            JsonValue critical = answer(
                    client.call("files__move_file", Map.of("source", made.toString(), "destination", root + "/moved")));
            assertThat(high.raw()).contains("ILR-ASK-002", "ILR-APPROVAL-009", "page");
            assertThat(critical.raw()).contains("ILR-ASK-002", "ILR-APPROVAL-009", "page");
            assertThat(written).doesNotExist();
            assertThat(root.resolve("moved")).doesNotExist();
            assertThat(client.elicited).as("no form above medium").hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"sdk, 2025-11-25", "client, 2025-11-25", "client, 2026-07-28"})
    void aFormThatSaysNoAndAClientWithoutFormsHaveNoEffect(String library, String era) throws Exception {
        ServerCommand serve = home("[\"elicitation\"]", "20s").serve();
        Path made = root.resolve("made");
        try (AskingClient client = AskingClient.connect(library, era, answering(BOTH, "deny"), serve)) {
            JsonValue denied = answer(client.call("files__create_directory", Map.of("path", made.toString())));
            assertThat(denied.raw()).contains("ILR-ASK-001");
        }
        try (AskingClient client = AskingClient.connect(library, era, Map.of(), serve)) {
            JsonValue denied = answer(client.call("files__create_directory", Map.of("path", made.toString())));
            assertThat(denied.raw()).contains("ILR-ASK-002", "ILR-APPROVAL-007", "elicitation");
        }
        assertThat(made).doesNotExist();
    }

    /** From high on the client opens the page; that it did is no answer, a person there gives it. */
    @ParameterizedTest
    @CsvSource({"sdk, 2025-11-25", "client, 2025-11-25", "client, 2026-07-28"})
    void theAddressLeadsToThePageAndAPersonThereDecides(String library, String era) throws Exception {
        GateHome home = home("[\"virtual-page\", \"elicitation\"]", "60s");
        ServerCommand serve = VirtualPageProvider.serve(home, dir);
        Path written = root.resolve("written.txt");
        Map<String, ?> opening = Map.of("modes", BOTH, "answer", Map.of("action", "accept"));
        try (AskingClient client = AskingClient.connect(library, era, opening, serve);
                Browser browser = new Browser()) {
            CompletableFuture<JsonValue> call =
                    client.call("files__write_file", Map.of("path", written.toString(), "content", "agreed\n"));
            await().atMost(Peers.PATIENCE).until(() -> client.elicited.size() == 1);
            JsonValue asked = client.elicited.get(0);
            assertThat(asked.at("/mode").orElseThrow().text()).isEqualTo("url");
            String address = asked.at("/url").orElseThrow().text();
            assertThat(address).matches("http://localhost:[0-9]+/#[0-9a-f]{12}");
            assertThat(call).as("opening it is no answer").isNotDone();

            JsonValue board = JsonValue.parse(Files.readString(home.state().resolve("page.json")));
            Browser.Window window = browser.open("person", address, false)
                    .see("#pairing:not([hidden])")
                    .fill("#pairing-code", board.member("pairing").orElseThrow().text())
                    .press("Enter")
                    .see(".card.high");
            assertThat(written).doesNotExist();
            window.fill(".card textarea", "the report was asked for")
                    .see(".card .primary:not([disabled])")
                    .click(".card .primary");

            JsonValue done = answer(call);
            assertThat(done.at("/result/isError").map(JsonValue::flag).orElse(false))
                    .as(done.raw())
                    .isFalse();
            assertThat(written).hasContent("agreed\n");
        }
    }

    private static JsonValue answer(CompletableFuture<JsonValue> call) {
        return WireSession.await(call, Peers.PATIENCE);
    }
}
