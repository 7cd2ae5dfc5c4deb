package dev.ilura.examples;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that tells what its client did to it: which variables it inherited, and who survives it. */
final class WitnessServer {
    static final String GREETING = "Grüße, 世界";

    private WitnessServer() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 1) {
            new CountDownLatch(1).await(2, TimeUnit.MINUTES);
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonValue message = JsonValue.parse(line);
            if (message.member("id").isPresent()) {
                System.out.write(CanonicalJson.of(
                        Map.of("jsonrpc", "2.0", "id", message.member("id").get(), "result", result(message))));
                System.out.write('\n');
                System.out.flush();
            }
        }
    }

    private static Map<String, Object> result(JsonValue message) throws IOException {
        return switch (message.member("method").orElseThrow().text()) {
            case "initialize" ->
                Map.of(
                        "protocolVersion", "2025-11-25",
                        "capabilities", Map.of("tools", Map.of()),
                        "serverInfo", Map.of("name", "witness", "version", "1"));
            case "tools/list" ->
                Map.of("tools", List.of(tool("environment"), tool("fork"), tool("greet"), tool("read")));
            case "tools/call" -> Map.of("content", List.of(Map.of("type", "text", "text", text(message))));
            default -> Map.of();
        };
    }

    private static Map<String, Object> tool(String name) {
        return Map.of("name", name, "inputSchema", Map.of("type", "object"));
    }

    private static String text(JsonValue message) throws IOException {
        return switch (message.at("/params/name").orElseThrow().text()) {
            case "environment" -> String.join("\n", System.getenv().keySet());
            case "fork" -> fork(argument(message, "mark"));
            case "greet" -> GREETING;
            default ->
                Files.readString(Path.of(
                        message.at("/params/arguments/path").orElseThrow().text()));
        };
    }

    private static String argument(JsonValue message, String name) {
        return message.at("/params/arguments/" + name).orElseThrow().text();
    }

    /** Starts a child that nobody asked for, with a mark by which it is found. */
    private static String fork(String mark) throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WitnessServer.class.getName(),
                        mark)
                .start();
        return child.isAlive() ? "forked" : "failed";
    }
}
