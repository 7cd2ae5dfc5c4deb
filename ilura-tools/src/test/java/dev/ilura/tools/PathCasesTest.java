package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.CallOutcome;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every path of the cases, whatever its label, straight to the tools: what is read was inside, what is listed was inside,
 * and nothing outside changes.
 */
class PathCasesTest {
    private static final Map<String, String> NAMES = Map.of("read_file", "read_text_file");

    @TempDir
    private Path dir;

    private int completed;
    private int worked;

    @Test
    void noPathLeadsOut() throws IOException {
        List<JsonValue> cases = Cases.of("path-traversal");
        for (int i = 0; i < cases.size(); i++) {
            escape(cases.get(i), Files.createDirectory(dir.resolve("c" + i)));
        }
        System.out.println(cases.size() + " cases, " + completed + " calls, " + worked + " worked, 0 escapes");
        int least = System.getProperty("ilura.cases") == null ? cases.size() / 5 : 1; // others may have hardly any such
        assertThat(worked).as("some stay inside and work").isGreaterThanOrEqualTo(least);
    }

    /** One case in a place of its own, in which the directories of the case lie as it says. */
    private void escape(JsonValue one, Path place) throws IOException {
        String scoped = one.at("/scope/roots/0").orElseThrow().text();
        boolean unix = scoped.startsWith("/");
        Path root = Files.createDirectories(unix ? Path.of(place + scoped) : place.resolve("root"));
        Path outside = Files.createDirectory(place.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "OUTSIDE");
        Files.writeString(root.resolve("a.txt"), "INSIDE");
        Files.writeString(Files.createDirectories(root.resolve("sub")).resolve("a.txt"), "INSIDE");
        Path twin = Files.createDirectory(root.resolveSibling(root.getFileName() + "-evil"));
        Files.writeString(twin.resolve("a.txt"), "OUTSIDE");
        if (unix) {
            fixtures(one, scoped, root, outside);
        }
        String above = unix ? scoped.substring(0, Math.max(1, scoped.lastIndexOf('/'))) : "";
        Map<String, Object> arguments = new HashMap<>();
        one.member("args")
                .orElseThrow()
                .members()
                .forEach((name, value) -> arguments.put(name, moved(value, above, place)));
        TreeState outsideBefore = TreeState.of(outside);
        TreeState twinBefore = TreeState.of(twin);
        try (OpenGate gate = new OpenGate(FileIo.in(root)).agreeing()) {
            for (String path : texts(arguments)) {
                read(gate, one, path);
                list(gate, one, path, root);
            }
            own(gate, one, arguments, root);
        }
        withoutLinks(root);
        assertThat(TreeState.of(outside).differencesTo(outsideBefore))
                .as(one.raw())
                .isEmpty();
        assertThat(TreeState.of(twin).differencesTo(twinBefore)).as(one.raw()).isEmpty();
        try (Stream<Path> beside = Files.list(root.getParent())) {
            assertThat(beside.filter(path -> !path.equals(root) && !path.equals(twin) && !path.equals(outside)))
                    .as(one.raw())
                    .isEmpty();
        }
    }

    private static void withoutLinks(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path link : all.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    /** Links of the case; those that lead out lead to what must not be read, and to the system's own files. */
    private static void fixtures(JsonValue one, String scoped, Path root, Path outside) throws IOException {
        for (Map.Entry<String, JsonValue> fixture : one.at("/scope/fixtures")
                .map(JsonValue::members)
                .orElse(Map.of())
                .entrySet()) {
            if (!fixture.getKey().startsWith(scoped + "/")) {
                continue;
            }
            Path name = root.resolve(fixture.getKey().substring(scoped.length() + 1));
            String what = fixture.getValue().text();
            Files.createDirectories(name.getParent());
            if (Files.exists(name, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (what.startsWith("symlink -> ")) {
                String to = what.substring("symlink -> ".length());
                Files.createSymbolicLink(
                        name, Path.of(to.startsWith(scoped) ? root + to.substring(scoped.length()) : to));
            } else if (what.startsWith("hard link")) {
                Files.createLink(name, outside.resolve("secret"));
            }
        }
    }

    private static Object moved(JsonValue value, String above, Path place) {
        if (value.isString()) {
            String text = value.text();
            return !above.isEmpty() && text.startsWith(above) ? place + text : text;
        }
        if (value.isArray()) {
            return value.elements().stream()
                    .map(element -> moved(element, above, place))
                    .toList();
        }
        Object java = value.toJava();
        return java == null ? "" : java;
    }

    private static List<String> texts(Map<String, Object> arguments) {
        List<String> texts = new ArrayList<>();
        for (Object value : arguments.values()) {
            if (value instanceof String text) {
                texts.add(text);
            } else if (value instanceof List<?> list) {
                list.stream().filter(String.class::isInstance).forEach(text -> texts.add((String) text));
            }
        }
        return texts;
    }

    private void read(OpenGate gate, JsonValue one, String path) {
        ask(gate, "read_text_file", Map.of("path", path))
                .ifPresent(text -> assertThat(text).as(one.raw()).isEqualTo("INSIDE"));
    }

    private void list(OpenGate gate, JsonValue one, String path, Path root) throws IOException {
        Set<String> inside;
        try (Stream<Path> all = Files.walk(root)) {
            inside = all.map(entry -> entry.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
        ask(gate, "list_directory", Map.of("path", path))
                .ifPresent(text -> assertThat(text.lines()
                                .filter(line -> line.startsWith("["))
                                .map(line -> line.replaceFirst("^\\[[A-Z]+\\] ", "")))
                        .as(one.raw())
                        .isSubsetOf(inside));
    }

    /** What the case itself calls; what it writes must then be found inside. */
    private void own(OpenGate gate, JsonValue one, Map<String, Object> arguments, Path root) throws IOException {
        String named = one.member("tool").orElseThrow().text();
        String tool = NAMES.getOrDefault(named, named);
        Map<String, Object> given = new HashMap<>(arguments);
        String mark = "MARK " + one.member("id").orElseThrow().text();
        if (tool.equals("write_file")) {
            given.put("content", mark);
        }
        boolean done = ask(gate, tool, given).isPresent();
        if (done && tool.equals("write_file")) {
            try (Stream<Path> all = Files.walk(root)) {
                assertThat(all.filter(Files::isRegularFile).filter(file -> holds(file, mark)))
                        .as("written inside: %s", one.raw())
                        .isNotEmpty();
            }
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file).equals(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private java.util.Optional<String> ask(OpenGate gate, String tool, Map<String, ?> arguments) {
        CallOutcome outcome = gate.outcome("file_io", tool, arguments);
        if (!(outcome instanceof CallOutcome.Completed done)) {
            return java.util.Optional.empty(); // the gate itself found nothing to call
        }
        completed++;
        assertThat(done.result().raw()).doesNotContain("OUTSIDE", "root:x:0", "PATH=");
        if (done.result().member("isError").isPresent()) {
            return java.util.Optional.empty();
        }
        worked++;
        return java.util.Optional.of(OpenGate.textOf(done.result()));
    }
}
