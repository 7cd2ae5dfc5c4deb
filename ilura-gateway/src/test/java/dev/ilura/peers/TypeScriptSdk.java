package dev.ilura.peers;

import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Map;

/** The client of the official TypeScript SDK, driven by {@code peers/client.mjs}. */
final class TypeScriptSdk implements PeerClient {
    @Override
    public Sighting visit(ServerCommand server, List<Call> calls) {
        JsonValue plan = JsonValue.of(Map.of(
                "command", server.command(),
                "args", server.args(),
                "env", server.environment(),
                "calls",
                        calls.stream()
                                .map(call -> Map.of("tool", call.tool(), "arguments", call.arguments()))
                                .toList()));
        Finished run = Finished.run(List.of("node", Peers.file("client.mjs").toString()), Map.of(), plan.raw())
                .succeeded();
        JsonValue seen = JsonValue.parse(run.out().strip());
        return new Sighting(
                seen.member("tools").orElseThrow().elements(),
                seen.member("results").orElseThrow().elements());
    }

    @Override
    public String toString() {
        return "TypeScript SDK";
    }
}
