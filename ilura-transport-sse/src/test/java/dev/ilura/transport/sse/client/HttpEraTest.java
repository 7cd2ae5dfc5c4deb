package dev.ilura.transport.sse.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.CallOutcome;
import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.Inventory;
import dev.ilura.Pod;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.testkit.FakeTime;
import dev.ilura.testkit.MemoryAudit;
import dev.ilura.transport.sse.RemoteServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What servers at an address speak is found out once for the address, and again when that may have changed. */
@Timeout(60)
class HttpEraTest {
    private static final String MODERN = "2026-07-28";
    private static final String HANDSHAKE = "2025-11-25";

    private final FakeTime time = new FakeTime();

    /** What is at the address, which may change. */
    static final class Host implements ScriptedServer.Script {
        private final CountDownLatch closing = new CountDownLatch(1);
        volatile boolean modern;
        volatile boolean forgetful;
        volatile boolean silent;
        volatile boolean silentAtProbes;
        volatile boolean overloaded;

        @Override
        public void answer(ScriptedServer.Asked asked) throws Exception {
            if (asked.method().equals("GET")) {
                asked.status(405);
                return;
            }
            if (asked.method().equals("DELETE")) {
                return;
            }
            JsonValue frame = JsonValue.parse(asked.body());
            String method = frame.member("method").map(JsonValue::text).orElse("");
            boolean probe = method.equals("server/discover");
            if (silent || (probe && silentAtProbes)) {
                closing.await(30, TimeUnit.SECONDS);
            } else if (overloaded) {
                asked.status(503);
            } else if (!asked.header("Mcp-Session-Id").isEmpty() && (modern || forgetful)) {
                forgetful = false;
                asked.status(404);
            } else if (frame.member("id").isEmpty()) {
                asked.status(202);
            } else {
                answer(asked, method, frame.member("id").get().raw());
            }
        }

        static String tool(boolean first) {
            return first ? "echo" : "song";
        }

        private void answer(ScriptedServer.Asked asked, String method, String id) throws Exception {
            if (method.equals(modern ? "initialize" : "server/discover")) {
                asked.status(modern ? 404 : 400);
                asked.json("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32601,\"message\":\"what?\"}}");
                return;
            }
            String result = switch (method) {
                case "server/discover" ->
                    "{\"resultType\":\"complete\",\"supportedVersions\":[\"" + MODERN
                            + "\"],\"capabilities\":{\"tools\":{}},\"ttlMs\":0,\"cacheScope\":\"private\"}";
                case "initialize" ->
                    "{\"protocolVersion\":\"" + HANDSHAKE
                            + "\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}";
                case "tools/list" ->
                    "{\"tools\":[{\"name\":\""
                            + tool(asked.request().getHttpURI().getPath().equals("/mcp"))
                            + "\",\"inputSchema\":{\"type\":\"object\"}}]}";
                default -> "{\"content\":[]}";
            };
            if (method.equals("initialize")) {
                asked.with("Mcp-Session-Id", "s-" + id);
            }
            asked.json("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
        }
    }

    private final Host host = new Host();

    private interface Story {
        void of(Gateway gateway, ScriptedServer server) throws Exception;
    }

    /** Two servers at two paths of one address. */
    private void tell(Story story) throws Exception {
        try (ScriptedServer server = new ScriptedServer(host);
                Gateway gateway = Gateway.builder()
                        .server(RemoteServer.named("one").url(server.url()))
                        .server(RemoteServer.named("two").url(server.url().resolve("/other")))
                        .pod(new Pod(Pod.DEFAULT, List.of(), new Everything(), Pod.ToolNames.qualified()))
                        .audit(new MemoryAudit())
                        .time(time)
                        .build()) {
            try {
                story.of(gateway, server);
            } finally {
                host.closing.countDown();
            }
        }
    }

    private static long asked(ScriptedServer server, String method) {
        return server.asked.stream()
                .filter(each -> each.body().contains("\"method\":\"" + method + "\""))
                .count();
    }

    private static CompletableFuture<CallOutcome> start(Gateway gateway, String server) {
        return gateway.callAsync(server, Host.tool(server.equals("one")), Map.of())
                .toCompletableFuture();
    }

    private static CallOutcome call(Gateway gateway, String server) throws Exception {
        return start(gateway, server).get(20, TimeUnit.SECONDS);
    }

    private static void works(Gateway gateway, String server, String revision) throws Exception {
        assertThat(call(gateway, server)).isInstanceOf(CallOutcome.Completed.class);
        assertThat(revision(gateway, server)).contains(revision);
    }

    private static Optional<String> revision(Gateway gateway, String server) {
        return gateway.inventory().servers().stream()
                .filter(each -> each.name().equals(server))
                .findFirst()
                .flatMap(Inventory.Server::revision);
    }

    private static void until(BooleanSupplier holds) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(holds::getAsBoolean);
    }

    @Test
    void anAddressIsProbedOnce() throws Exception {
        tell((gateway, server) -> {
            works(gateway, "one", HANDSHAKE);
            works(gateway, "two", HANDSHAKE);
            assertThat(asked(server, "server/discover")).isEqualTo(1);
            assertThat(asked(server, "initialize")).isEqualTo(2);
        });
    }

    @Test
    void whatWasFoundIsForgottenAfterAnHour() throws Exception {
        tell((gateway, server) -> {
            works(gateway, "one", HANDSHAKE);
            time.jump(Duration.ofMinutes(61));
            works(gateway, "two", HANDSHAKE);
            assertThat(asked(server, "server/discover")).isEqualTo(2);
        });
    }

    @Test
    void aServerThatForgetsItsSessionIsProbedAgain() throws Exception {
        tell((gateway, server) -> {
            works(gateway, "one", HANDSHAKE);
            host.forgetful = true;
            until(() -> {
                time.advance(Duration.ofMinutes(2)); // past every delay before another start
                return start(gateway, "one").join() instanceof CallOutcome.Completed;
            });
            assertThat(host.forgetful)
                    .as("a request was told that there is no such session")
                    .isFalse();
            assertThat(asked(server, "server/discover")).isGreaterThanOrEqualTo(2);
        });
    }

    @Test
    void aServerThatWasReplacedByANewerOneIsProbedWhenItRefusesTheHandshake() throws Exception {
        tell((gateway, server) -> {
            works(gateway, "one", HANDSHAKE);
            host.modern = true;
            works(gateway, "two", MODERN);
            assertThat(asked(server, "initialize")).isEqualTo(2);
            assertThat(asked(server, "server/discover")).isEqualTo(2);
        });
    }

    @Test
    void aServerThatIsSilentAtTheProbeIsGreeted() throws Exception {
        host.silentAtProbes = true;
        tell((gateway, server) -> {
            CompletableFuture<CallOutcome> call = start(gateway, "one");
            until(() -> asked(server, "server/discover") == 1);
            until(() -> {
                time.advance(Duration.ofSeconds(1));
                return asked(server, "initialize") == 1;
            });
            assertThat(call.get(20, TimeUnit.SECONDS)).isInstanceOf(CallOutcome.Completed.class);
            works(gateway, "two", HANDSHAKE);
            assertThat(asked(server, "server/discover"))
                    .as("that wait is not repeated")
                    .isEqualTo(1);
        });
    }

    @Test
    void aServerThatNeverAnswersFailsAtTheStartLimit() throws Exception {
        host.silent = true;
        tell((gateway, server) -> {
            CompletableFuture<CallOutcome> call = start(gateway, "one");
            until(() -> {
                time.advance(Duration.ofSeconds(1));
                return call.isDone();
            });
            assertThat(call.join()).isInstanceOf(CallOutcome.Failed.class);
            assertThat(revision(gateway, "one")).isEmpty();
        });
    }

    @Test
    void aServerThatFailsSaysNothingAboutItsEra() throws Exception {
        host.overloaded = true;
        tell((gateway, server) -> {
            assertThat(call(gateway, "one")).isInstanceOf(CallOutcome.Failed.class);
            assertThat(asked(server, "initialize")).isZero();
            host.overloaded = false;
            host.modern = true;
            time.advance(Duration.ofMinutes(2));
            works(gateway, "one", MODERN);
        });
    }

    static final class Everything implements PolicyEngine {
        @Override
        public Decision decide(ToolCall call) {
            return new Decision.Allow(new RuleRef("all", "test"), Decision.Terms.PLAIN, List.of());
        }

        @Override
        public boolean mayBlock() {
            return false;
        }

        @Override
        public String version() {
            return "1";
        }
    }
}
