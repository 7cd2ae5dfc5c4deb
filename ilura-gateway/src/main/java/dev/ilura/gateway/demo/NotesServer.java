package dev.ilura.gateway.demo;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server over standard input and output that keeps notes in a directory. It speaks revision 2025-11-25.
 *
 * <p>It opens whatever path it is given, {@code ../../etc/passwd} included, as many servers do. Holding that back is what
 * the gate in front of it is for.
 */
public final class NotesServer {
    private static final String REVISION = "2025-11-25";

    private final Path directory;

    NotesServer(Path directory) {
        this.directory = directory;
    }

    /** Serves the notes in {@code args[0]} until standard input ends. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: NotesServer DIRECTORY");
            System.exit(2);
        }
        NotesServer server = new NotesServer(Path.of(args[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        OutputStream out = System.out;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Optional<byte[]> answer = server.answer(line);
            if (answer.isPresent()) {
                out.write(answer.get());
                out.write('\n');
                out.flush();
            }
        }
    }

    /** The answer to one message; empty for a notification. */
    Optional<byte[]> answer(String line) {
        JsonValue message;
        try {
            message = JsonValue.parse(line.getBytes(StandardCharsets.UTF_8), JsonLimits.FRAME);
        } catch (MalformedJsonException e) {
            return Optional.of(error(null, -32700, "this is no JSON"));
        }
        return message.member("id").map(id -> reply(idOf(id), message));
    }

    private static @Nullable Object idOf(JsonValue id) {
        return id.isString() ? id.text() : id.integer().orElse(null);
    }

    private byte[] reply(@Nullable Object id, JsonValue message) {
        String method = message.member("method")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        JsonValue params = message.member("params").orElse(JsonValue.parse("{}"));
        return switch (method) {
            case "initialize" -> result(id, hello());
            case "ping" -> result(id, Map.of());
            case "tools/list" -> result(id, Map.of("tools", tools()));
            case "tools/call" -> call(id, params);
            default -> error(id, -32601, "there is no method " + method);
        };
    }

    private static Map<String, Object> hello() {
        return Map.of(
                "protocolVersion", REVISION,
                "capabilities", Map.of("tools", Map.of()),
                "serverInfo", Map.of("name", "notes", "version", "1.0.0"));
    }

    private static List<Map<String, Object>> tools() {
        return List.of(
                tool("list_notes", "Lists the notes.", List.of()),
                tool("read_note", "Reads one note.", List.of("path")),
                tool("write_note", "Writes one note, replacing what was there.", List.of("path", "text")),
                tool("delete_note", "Deletes one note.", List.of("path")));
    }

    private static Map<String, Object> tool(String name, String description, List<String> parameters) {
        Map<String, Object> properties = new LinkedHashMap<>();
        parameters.forEach(parameter -> properties.put(parameter, Map.of("type", "string")));
        return Map.of(
                "name", name,
                "description", description,
                "inputSchema", Map.of("type", "object", "properties", properties, "required", parameters));
    }

    private byte[] call(@Nullable Object id, JsonValue params) {
        JsonValue arguments = params.member("arguments").orElse(JsonValue.parse("{}"));
        String tool = params.member("name")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        try {
            String text = switch (tool) {
                case "list_notes" -> list();
                case "read_note" -> Files.readString(note(arguments));
                case "write_note" -> write(note(arguments), argument(arguments, "text"));
                case "delete_note" -> delete(note(arguments));
                default -> null;
            };
            return text == null ? error(id, -32602, "there is no tool " + tool) : result(id, content(text, false));
        } catch (IOException | IllegalArgumentException e) {
            return result(id, content(e.toString(), true));
        }
    }

    private Path note(JsonValue arguments) {
        return directory.resolve(argument(arguments, "path"));
    }

    private String list() throws IOException {
        try (Stream<Path> notes = Files.list(directory)) {
            return notes.map(note -> String.valueOf(note.getFileName()))
                    .sorted()
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String write(Path note, String text) throws IOException {
        Files.writeString(note, text);
        return "written: " + note.getFileName();
    }

    private static String delete(Path note) throws IOException {
        Files.delete(note);
        return "deleted: " + note.getFileName();
    }

    private static Map<String, Object> content(String text, boolean isError) {
        return Map.of("content", List.of(Map.of("type", "text", "text", text)), "isError", isError);
    }

    private static String argument(JsonValue arguments, String name) {
        return arguments
                .member(name)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElseThrow(() -> new IllegalArgumentException("the string argument \"" + name + "\" is missing"));
    }

    private static byte[] result(@Nullable Object id, Map<String, Object> result) {
        return message(id, "result", result);
    }

    private static byte[] error(@Nullable Object id, int code, String message) {
        return message(id, "error", Map.of("code", code, "message", message));
    }

    private static byte[] message(@Nullable Object id, String member, Map<String, Object> value) {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("jsonrpc", "2.0");
        message.put("id", id);
        message.put(member, value);
        return CanonicalJson.of(message);
    }
}
