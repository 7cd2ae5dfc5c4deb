package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls over the same tree, to {@code file_io} through the gate and to the official filesystem server. */
class SideBySidePeerIT {
    /** As that server's runtime writes times, up to the name of the zone. */
    private static final DateTimeFormatter WORDS =
            DateTimeFormatter.ofPattern("EEE MMM dd yyyy HH:mm:ss 'GMT'Z", Locale.ENGLISH);

    /** What only we have in the structured part, beside {@code content}; docs/tools.md says so. */
    private static final Map<String, Set<String>> MORE = Map.of(
            "read_text_file", Set.of("encoding", "size", "truncated"),
            "list_directory", Set.of("left_out"),
            "list_directory_with_sizes", Set.of("left_out"),
            "directory_tree", Set.of("left_out"),
            "search_files", Set.of("left_out"),
            "get_file_info", Set.of("size", "modified", "isDirectory", "isFile", "permissions"),
            "edit_file", Set.of("changed"));

    @TempDir
    private Path dir;

    private Path root;
    private Sighting theirs;
    private Sighting ours;

    private void fill() throws IOException {
        Files.writeString(root.resolve("note.txt"), "one\ntwo\nthree\n");
        Files.createDirectories(root.resolve("sub/deep"));
        Files.writeString(root.resolve("sub/a.md"), "# A\nGr\u00fc\u00dfe\n");
        Files.writeString(root.resolve("sub/deep/b.md"), "# B\n");
        Files.write(root.resolve("dot.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2});
        Files.write(root.resolve("raw.bin"), new byte[] {0, 1, 2, 3});
        Files.createSymbolicLink(root.resolve("link.txt"), Path.of("note.txt"));
        Files.setLastModifiedTime(root.resolve("note.txt"), FileTime.from(Instant.parse("2020-02-03T04:05:06Z")));
    }

    /** Calls that both know, each with the arguments that the official server documents. */
    private List<Call> shared() {
        String at = root.toString() + "/";
        return List.of(
                Call.to("read_text_file", Map.of("path", at + "note.txt")),
                Call.to("read_text_file", Map.of("path", at + "sub/a.md")),
                Call.to("read_text_file", Map.of("path", at + "link.txt")),
                Call.to("read_text_file", Map.of("path", at + "note.txt", "head", 2)),
                Call.to("read_text_file", Map.of("path", at + "note.txt", "tail", 2)),
                Call.to("read_media_file", Map.of("path", at + "dot.png")),
                Call.to("read_media_file", Map.of("path", at + "raw.bin")),
                Call.to("read_multiple_files", Map.of("paths", List.of(at + "note.txt", at + "sub/a.md"))),
                Call.to("list_directory", Map.of("path", root.toString())),
                Call.to("list_directory_with_sizes", Map.of("path", at + "sub", "sortBy", "name")),
                Call.to("directory_tree", Map.of("path", at + "sub")),
                Call.to("directory_tree", Map.of("path", root.toString(), "excludePatterns", List.of("deep"))),
                Call.to("search_files", Map.of("path", root.toString(), "pattern", "**/*.md")),
                Call.to(
                        "search_files",
                        Map.of("path", root.toString(), "pattern", "**/*.md", "excludePatterns", List.of("**/deep"))),
                Call.to("search_files", Map.of("path", root.toString(), "pattern", "*.none")),
                Call.to("list_allowed_directories", Map.of()),
                Call.to("get_file_info", Map.of("path", at + "note.txt")),
                Call.to("get_file_info", Map.of("path", at + "sub")),
                Call.to("edit_file", Map.of("path", at + "note.txt", "dryRun", true, "edits", edit("two", "zwei"))),
                Call.to("create_directory", Map.of("path", at + "made/here")),
                Call.to("write_file", Map.of("path", at + "made/new.txt", "content", "new\n")),
                Call.to("edit_file", Map.of("path", at + "note.txt", "edits", edit("one\n", "1\n"))),
                Call.to("read_text_file", Map.of("path", at + "note.txt")),
                Call.to("move_file", Map.of("source", at + "made/new.txt", "destination", at + "made/moved.txt")));
    }

    private static List<Map<String, String>> edit(String before, String after) {
        return List.of(Map.of("oldText", before, "newText", after));
    }

    @Test
    void bothGiveTheSameAnswersWhereBothHaveTheFeature() throws IOException {
        root = Files.createDirectory(dir.resolve("tree")).toRealPath();
        fill();
        List<Call> calls = shared();
        TypeScriptSdk client = new TypeScriptSdk();
        theirs = client.visit(
                ServerCommand.node(
                        Peers.entry("@modelcontextprotocol/server-filesystem/dist/index.js"), root.toString()),
                calls);
        List<String> theirTree = tree();
        emptyAgain();
        fill();
        ours = client.visit(
                GateHome.in(dir).tools(root).allow("file_io/*").serve(),
                calls.stream().map(call -> call.through("file_io")).toList());

        assertThat(ours.results()).hasSameSizeAs(calls);
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            JsonValue our = ours.results().get(i);
            JsonValue their = theirs.results().get(i);
            String which = call.tool() + " " + call.arguments();
            for (String part : List.of("/content", "/structuredContent/content")) {
                assertThat(comparable(call, our, part))
                        .as("%s %s", which, part)
                        .isEqualTo(comparable(call, their, part));
            }
            assertThat(their.at("/structuredContent").orElseThrow().members().keySet())
                    .as(which)
                    .containsExactly("content");
            assertThat(more(our)).as("%s: more than theirs", which).isEqualTo(MORE.getOrDefault(call.tool(), Set.of()));
        }
        assertThat(tree()).as("what was done is the same").isEqualTo(theirTree);
    }

    private static Set<String> more(JsonValue our) {
        Set<String> names = new TreeSet<>(
                our.at("/structuredContent").orElseThrow().members().keySet());
        names.remove("content");
        return names;
    }

    /** They list in the order of the disk, we by name; the lines are the same. */
    private static Object comparable(Call call, JsonValue result, String part) {
        JsonValue found = result.at(part).orElseThrow(() -> new AssertionError(result.raw()));
        JsonValue text = part.equals("/content") ? result.at("/content/0/text").orElse(found) : found;
        if (!text.isString()) {
            return text.raw();
        }
        if (call.tool().equals("get_file_info")) {
            return facts(text.text());
        }
        String[] lines = text.text().split("\n", -1);
        Arrays.sort(lines);
        return String.join("\n", lines).replaceAll("(?m) +$", "");
    }

    /** Times are written in two ways, and mean the same second. Only there: reading changes one, copying the other. */
    private static Map<String, String> facts(String text) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String line : text.split("\n", -1)) {
            String[] fact = line.split(": ", 2);
            String value = fact[1];
            if (fact[0].equals("modified") || fact[0].equals("accessed") || fact[0].equals("created")) {
                Instant time = value.endsWith("Z")
                        ? Instant.parse(value)
                        : OffsetDateTime.parse(value.replaceAll(" \\(.*", ""), WORDS)
                                .toInstant();
                boolean fixed = fact[0].equals("modified") && time.isBefore(Instant.parse("2021-01-01T00:00:00Z"));
                value = fixed ? Long.toString(time.getEpochSecond()) : "a time";
            }
            facts.put(fact[0], value);
        }
        return facts;
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.sorted()
                    .map(path -> root.relativize(path) + content(path))
                    .toList();
        }
    }

    private static String content(Path path) {
        try {
            return Files.isRegularFile(path) ? " " + Arrays.toString(Files.readAllBytes(path)) : "/";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void emptyAgain() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(root)) {
                    Files.delete(path);
                }
            }
        }
    }
}
