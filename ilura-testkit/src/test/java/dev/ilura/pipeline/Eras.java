package dev.ilura.pipeline;

import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedClient;
import java.time.Duration;

/** What clients of the two eras say. */
final class Eras {
    private Eras() {}

    /** A client of the handshake era that declares these capabilities, as JSON. */
    static ScriptedClient handshake(Gate gate, String capabilities) {
        ScriptedClient client = ScriptedClient.of(gate.gateway());
        client.request(
                "\"hello\"",
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + capabilities
                        + ",\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}");
        client.answer("\"hello\"");
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return client;
    }

    /** The metadata of a request whose client declares these capabilities, as JSON. */
    static String meta(String capabilities) {
        return "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}";
    }

    /** Calls a tool as a client of 2026-07-28 that declares these capabilities. */
    static void call(ScriptedClient client, String id, String tool, String arguments, String capabilities) {
        client.request(
                id,
                "tools/call",
                "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "," + meta(capabilities) + "}");
    }

    /** The answer to a request that ends with questions: time passes until the gate no longer waits for more of them. */
    static JsonValue asked(Gate gate, ScriptedClient client, String id) {
        Gate.until(() -> {
            gate.time.advance(Duration.ofMillis(10));
            return !client.answers(id).isEmpty();
        });
        return client.answer(id);
    }

    /** Comes back with an answer to what the gate or the server asked. */
    static void retry(
            ScriptedClient client,
            String id,
            String tool,
            String arguments,
            String capabilities,
            JsonValue asked,
            String responses) {
        client.request(
                id,
                "tools/call",
                "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + ",\"requestState\":"
                        + asked.at("/result/requestState").orElseThrow().raw() + ",\"inputResponses\":" + responses
                        + ","
                        + meta(capabilities) + "}");
    }
}
