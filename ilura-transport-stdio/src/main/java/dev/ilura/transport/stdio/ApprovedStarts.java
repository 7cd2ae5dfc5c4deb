package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The start of each server that was agreed to last, so that the same start is not asked for twice and another one can be
 * shown as what it is: a change. The attack: to change one word of an agreed start and live on its good name.
 */
final class ApprovedStarts {
    private static final JsonLimits LIMITS = JsonLimits.FRAME;

    private final Optional<Path> directory;
    private final ConcurrentMap<String, Start> inMemory = new ConcurrentHashMap<>();

    /**
     * @param state the gateway's own directory; empty: remembered until this object is gone
     */
    ApprovedStarts(Optional<Path> state) {
        directory = state.map(path -> path.resolve("starts"));
    }

    /**
     * What was agreed to last.
     *
     * @throws IluraException ILR-STDIO-014 if the record of it cannot be read; nothing is believed then
     */
    Optional<Start> last(String server) {
        if (directory.isEmpty()) {
            return Optional.ofNullable(inMemory.get(server));
        }
        Path file = file(server);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Start.read(Files.readAllBytes(file)));
        } catch (IOException | MalformedJsonException | IllegalStateException e) {
            throw new IluraException(
                    "ILR-STDIO-014",
                    "The record of the start that was agreed to for server \"" + server + "\" cannot be read.",
                    "Find out who changed " + file + "; remove it to be asked anew.",
                    e);
        }
    }

    /** Keeps a start that was just admitted. */
    void remember(String server, Start start) throws IOException {
        if (directory.isEmpty()) {
            inMemory.put(server, start);
            return;
        }
        Path file = file(server);
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path fresh = Files.createTempFile(directory, server, ".new");
        Files.write(fresh, start.written());
        if (fresh.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String server) {
        return directory.orElseThrow().resolve(server + ".json");
    }

    /**
     * One start.
     *
     * @param identity digest over all of it
     * @param lines what it consists of, by name, in the order in which a person reads them
     */
    record Start(String identity, Map<String, String> lines) {
        Start {
            lines = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(lines));
        }

        /** What a person has to compare: each line that is no longer as it was, before and after. */
        List<Change> changesSince(Start before) {
            Set<String> names = new LinkedHashSet<>(before.lines.keySet());
            names.addAll(lines.keySet());
            List<Change> changes = new ArrayList<>();
            for (String name : names) {
                Optional<String> was = Optional.ofNullable(before.lines.get(name));
                Optional<String> is = Optional.ofNullable(lines.get(name));
                if (!was.equals(is)) {
                    changes.add(new Change(name, was, is));
                }
            }
            return changes;
        }

        byte[] written() {
            List<Map<String, String>> pairs = lines.entrySet().stream()
                    .map(line -> Map.of("name", line.getKey(), "value", line.getValue()))
                    .toList();
            return CanonicalJson.of(Map.of("identity", identity, "lines", pairs));
        }

        static Start read(byte[] text) {
            JsonValue value = JsonValue.parse(text, LIMITS);
            Map<String, String> lines = new LinkedHashMap<>();
            value.member("lines")
                    .orElseThrow(() -> new IllegalStateException("no lines"))
                    .elements()
                    .forEach(line -> lines.put(text(line, "name"), text(line, "value")));
            return new Start(text(value, "identity"), lines);
        }

        private static String text(JsonValue object, String name) {
            return object.member(name)
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .orElseThrow(() -> new IllegalStateException("no " + name));
        }
    }

    /** One line that differs. */
    record Change(String name, Optional<String> was, Optional<String> is) {}
}
