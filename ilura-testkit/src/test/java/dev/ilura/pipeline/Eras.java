package dev.ilura.pipeline;

import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedClient;

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
