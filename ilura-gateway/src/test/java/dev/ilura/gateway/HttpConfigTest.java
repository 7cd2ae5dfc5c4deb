package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ilura.Gateway;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.HttpFront;
import dev.ilura.transport.sse.tls.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code [http]} says is what holds for clients. */
@Timeout(60)
class HttpConfigTest {
    private static final String TOKEN = "a-token-of-the-laptop";
    private static final String HELLO =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

    @TempDir
    Path directory;

    private static String file(String http) {
        return """
                [gateway]
                state_dir = "state"

                [servers.files]
                transport = "scripted"
                command = "node"

                [servers.far]
                transport = "http"
                url = "https://mcp.example.com/mcp"
                headers = { X-Key = "${secret:shared}" }

                [pods.default]
                policy = "scripted"
                servers = ["files"]

                [audit]
                sink = "scripted"

                [approvals]
                channels = []

                [http]
                %s
                """.formatted(http);
    }

    private GatewayConfig load(String http) throws IOException {
        Path written = Files.writeString(directory.resolve("config.toml"), file(http));
        Map<String, String> secrets = Map.of(
                "ILURA_SECRET_LAPTOP", TOKEN,
                "ILURA_SECRET_SHORT", "tooshort",
                "ILURA_SECRET_SHARED", "shared-with-the-server");
        return new ConfigReader(ConfigFile.read(written), Plugins.find(), secrets).read();
    }

    private List<ConfigProblem> problems(String http) {
        return catchThrowableOfType(ConfigException.class, () -> load(http)).problems();
    }

    private interface Use {
        void of(HttpFront.Listening listening) throws Exception;
    }

    private void serving(GatewayConfig config, boolean tls, Use use) throws Exception {
        CompletableFuture<HttpFront.Listening> ready = new CompletableFuture<>();
        HttpFront front = config.httpFront("127.0.0.1", 0, tls).whenListening(ready::complete);
        try (Gateway gateway = config.open()) {
            Thread thread = new Thread(() -> serve(gateway, front, ready), "http-config");
            thread.setDaemon(true);
            thread.start();
            use.of(ready.get(30, TimeUnit.SECONDS));
        }
    }

    private static void serve(Gateway gateway, HttpFront front, CompletableFuture<HttpFront.Listening> ready) {
        try {
            gateway.serve(front);
        } catch (IOException | RuntimeException e) {
            ready.completeExceptionally(e);
        }
    }

    /** The status of a POST with this host and token. */
    private static int post(int port, String host, String token, String body) throws IOException {
        String request =
                "POST /mcp HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Accept: application/json, text/event-stream\r\n"
                        + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(head.substring("HTTP/1.1 ".length()));
        }
    }

    @Test
    void whoMayComeAndHowMuchTheyMayAskIsAsWritten() throws Exception {
        GatewayConfig config = load("""
                tokens = { laptop = "${secret:laptop}" }
                hosts = ["gate.example:8443"]
                sessions = 1
                session_idle = "5m"
                message_limit = "1KiB"
                requests_per_second = 1000
                """);
        serving(config, false, listening -> {
            int port = listening.port();
            String own = "127.0.0.1:" + port;
            assertThat(post(port, own, "", HELLO)).isEqualTo(401);
            assertThat(post(port, own, "another-token-of-somebody", HELLO)).isEqualTo(401);
            assertThat(post(port, "evil.example", TOKEN, HELLO)).isEqualTo(421);
            assertThat(post(port, own, TOKEN, HELLO + " ".repeat(1024))).isEqualTo(413);
            assertThat(post(port, "gate.example:8443", TOKEN, HELLO)).isEqualTo(200);
            assertThat(post(port, own, TOKEN, HELLO))
                    .as("one session is there already")
                    .isEqualTo(503);
        });
    }

    @Test
    void aRateOfOneIsOne() throws Exception {
        serving(load("requests_per_second = 1"), false, listening -> {
            int refused = 0;
            for (int i = 0; i < 50 && refused == 0; i++) {
                refused += post(listening.port(), "127.0.0.1:" + listening.port(), "", "{}") == 429 ? 1 : 0;
            }
            assertThat(refused).isEqualTo(1);
        });
    }

    @Test
    void withTlsTheOperatorsCertificateIsShownIfThereIsOne() throws Exception {
        String own = new SelfSigned(directory.resolve("own"), List.of("127.0.0.1"), TimeSource.system())
                .current()
                .pin()
                .toString();
        serving(
                load("certificate = \"own/cert.pem\"\nkey = \"own/key.pem\""),
                true,
                listening ->
                        assertThat(listening.pin().orElseThrow().toString()).isEqualTo(own));
        assertThat(directory.resolve("state/tls")).doesNotExist();
        serving(load(""), true, listening -> {
            assertThat(listening.url().getScheme()).isEqualTo("https");
            assertThat(listening.pin().orElseThrow().toString()).isNotEqualTo(own);
        });
        assertThat(directory.resolve("state/tls/key.pem")).exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tokens = { laptop = \"${secret:short}\" }   | http.tokens              | Make a longer one.",
                "tokens = { laptop = \"${secret:shared}\" }  | http.tokens              | Give the client a token of its own.",
                "tokens = { \"a b\" = \"${secret:laptop}\" } | http.tokens              | Use letters, digits, - and _.",
                "certificate = \"c.pem\"                     | http.certificate         | Write both",
                "key = \"k.pem\"                             | http.key                 | Write both",
                "message_limit = \"1B\"                      | http.message_limit       | Write 1KiB to 1GiB.",
                "sessions = 0                                | http.sessions            | Write 1 to 1000000.",
                "session_idle = \"0s\"                       | http.session_idle        | Write a duration",
                "requests_per_second = 1000001               | http.requests_per_second | Write 1 to 1000000.",
                "host = \"gate.example\"                     | http.host                | Did you mean \"hosts\"?"
            })
    void aMistakeIsNamedWithItsFix(String line, String key, String fix) {
        assertThat(problems(line)).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo(key);
            assertThat(problem.fix()).startsWith(fix);
        });
    }
}
