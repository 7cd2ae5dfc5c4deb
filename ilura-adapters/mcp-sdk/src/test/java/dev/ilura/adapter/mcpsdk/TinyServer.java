package dev.ilura.adapter.mcpsdk;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A stdio server as a process of its own: {@code echo} answers, {@code die} ends the process without an answer. */
final class TinyServer {
    private TinyServer() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonValue message = JsonValue.parse(line);
            if (message.member("id").isPresent()) {
                byte[] answer = CanonicalJson.of(
                        Map.of("jsonrpc", "2.0", "id", message.member("id").get(), "result", result(message)));
                System.out.write(answer);
                System.out.write('\n');
                System.out.flush();
            }
        }
    }

    private static Map<String, Object> result(JsonValue message) {
        return switch (message.member("method").orElseThrow().text()) {
            case "initialize" ->
                Map.of(
                        "protocolVersion", "2025-11-25",
                        "capabilities", Map.of("tools", Map.of()),
                        "serverInfo", Map.of("name", "tiny", "version", "1"));
            case "tools/list" -> Map.of("tools", List.of(tool("echo"), tool("die")));
            case "tools/call" -> called(message);
            default -> Map.of();
        };
    }

    private static Map<String, Object> tool(String name) {
        return Map.of("name", name, "inputSchema", Map.of("type", "object"));
    }

    private static Map<String, Object> called(JsonValue message) {
        if (message.at("/params/name").orElseThrow().text().equals("die")) {
            Runtime.getRuntime().halt(3);
        }
        String text = message.at("/params/arguments/text").orElseThrow().text();
        return Map.of("content", List.of(Map.of("type", "text", "text", text)), "isError", false);
    }
}
