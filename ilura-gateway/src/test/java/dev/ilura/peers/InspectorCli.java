package dev.ilura.peers;

import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The official inspector's command line. Each of its runs makes one request, so each request starts the server anew. */
final class InspectorCli implements PeerClient {
    @Override
    public Sighting visit(ServerCommand server, List<Call> calls) {
        return withSessionFile(
                server,
                session -> new Sighting(
                        ask(session, "tools/list").member("tools").orElseThrow().elements(),
                        calls.stream()
                                .map(call -> ask(session, arguments(call)))
                                .toList()));
    }

    /** The tools of a server that listens, which is not started anew for each request. */
    static List<JsonValue> tools(String url) {
        return askAt(url, "tools/list").member("tools").orElseThrow().elements();
    }

    /** One call to a server that listens. */
    static JsonValue call(String url, Call call) {
        return askAt(url, arguments(call));
    }

    private static JsonValue askAt(String url, String... method) {
        return run(List.of("--server-url", url, "--transport", "http"), method);
    }

    @Override
    public String toString() {
        return "inspector --cli";
    }

    private static String[] arguments(Call call) {
        List<String> arguments = new ArrayList<>(List.of("tools/call", "--tool-name", call.tool()));
        call.arguments().forEach((name, value) -> {
            arguments.add("--tool-arg");
            arguments.add(name + "="
                    + (value instanceof String text ? text : JsonValue.of(value).raw()));
        });
        return arguments.toArray(String[]::new);
    }

    private static JsonValue ask(Path session, String... method) {
        return run(List.of("--config", session.toString(), "--server", "peer"), method);
    }

    private static JsonValue run(List<String> target, String... method) {
        List<String> command = new ArrayList<>(List.of(
                Peers.recentNode().toString(),
                Peers.entry("@modelcontextprotocol/inspector/clients/launcher/build/index.js")
                        .toString(),
                "--cli"));
        command.addAll(target);
        command.add("--method");
        command.addAll(List.of(method));
        return JsonValue.parse(
                Finished.run(command, Map.of(), "").succeeded().out().strip());
    }

    private static Sighting withSessionFile(ServerCommand server, Function<Path, Sighting> visit) {
        JsonValue session = JsonValue.of(Map.of(
                "mcpServers",
                Map.of(
                        "peer",
                        Map.of(
                                "command", server.command(),
                                "args", server.args(),
                                "env", server.environment()))));
        try {
            Path file = Files.createTempFile("inspector", ".json");
            try {
                return visit.apply(Files.writeString(file, session.raw()));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
