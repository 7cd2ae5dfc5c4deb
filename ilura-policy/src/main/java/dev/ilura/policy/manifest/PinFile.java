package dev.ilura.policy.manifest;

import dev.ilura.IluraException;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.PinStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Pins in {@code pins.json} of a state directory: for every server each entry whole, so that a later change can be shown,
 * and which of its lists were pinned. Read at every listing, so that what {@code ilura pins approve} writes counts from
 * the next one on; several processes may use one file. A file that is there and cannot be read is an error and never an
 * empty one. Thread-safe.
 */
public final class PinFile implements PinStore {
    private static final JsonLimits LIMITS = new JsonLimits(256 << 20, 256, 400, 400);
    private static final int FORMAT = 1;

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();

    private PinFile(Path file) {
        this.file = file;
    }

    /** The pins of a state directory; the file is made with the first pin. */
    public static PinFile in(Path stateDirectory) {
        return new PinFile(stateDirectory.resolve("pins.json"));
    }

    /**
     * @throws IluraException ILR-PIN-009 if the file cannot be read
     */
    @Override
    public Pinned read(String server) {
        lock.lock();
        try {
            return all().getOrDefault(server, Pinned.NOTHING);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @throws IluraException ILR-PIN-009 if the file cannot be read or written
     */
    @Override
    public void write(String server, Pinned pinned) {
        change(servers -> servers.put(server, pinned));
    }

    /**
     * Forgets a server, so that it is seen for the first time again.
     *
     * @throws IluraException ILR-PIN-009 if the file cannot be read or written
     */
    public void forget(String server) {
        change(servers -> servers.remove(server));
    }

    /**
     * The servers that are pinned, by name.
     *
     * @throws IluraException ILR-PIN-009 if the file cannot be read
     */
    public Map<String, Pinned> servers() {
        lock.lock();
        try {
            return all();
        } finally {
            lock.unlock();
        }
    }

    /** One change at a time, over all processes: a pin must not be lost to somebody else's older copy. */
    private void change(Change change) {
        lock.lock();
        try (FileChannel guard = FileChannel.open(
                        file.resolveSibling("pins.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = guard.lock()) {
            if (!held.isValid()) {
                throw new IOException("the lock is not held");
            }
            Map<String, Pinned> servers = all();
            change.apply(servers);
            store(servers);
        } catch (IOException e) {
            throw unusable("written", e);
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Pinned> all() {
        try {
            JsonValue json = JsonValue.parse(Files.readAllBytes(file), LIMITS);
            if (json.member("format")
                    .flatMap(JsonValue::integer)
                    .filter(format -> format == FORMAT)
                    .isEmpty()) {
                throw new IOException("it is of another format");
            }
            Map<String, Pinned> servers = new TreeMap<>();
            json.member("servers")
                    .map(JsonValue::members)
                    .orElse(Map.of())
                    .forEach((server, pinned) -> servers.put(server, pinned(pinned)));
            return servers;
        } catch (NoSuchFileException never) {
            return new TreeMap<>();
        } catch (IOException | MalformedJsonException e) {
            throw unusable("read", e);
        }
    }

    private static Pinned pinned(JsonValue json) {
        Map<String, JsonValue> entries = new LinkedHashMap<>(
                json.member("entries").map(JsonValue::members).orElse(Map.of()));
        Set<String> lists = json.member("lists").map(JsonValue::elements).orElse(List.of()).stream()
                .map(JsonValue::text)
                .collect(Collectors.toCollection(TreeSet::new));
        return new Pinned(entries, lists);
    }

    private void store(Map<String, Pinned> servers) throws IOException {
        byte[] bytes = text(servers).getBytes(StandardCharsets.UTF_8);
        Path next = file.resolveSibling("pins.json.new");
        Files.deleteIfExists(next);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try (FileChannel out = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer content = ByteBuffer.wrap(bytes);
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Entries stand there as they came, so that nothing about them can change on the way. */
    private static String text(Map<String, Pinned> servers) {
        StringBuilder text = new StringBuilder("{\"format\":").append(FORMAT).append(",\"servers\":{");
        String comma = "";
        for (Map.Entry<String, Pinned> server : servers.entrySet()) {
            text.append(comma).append('\n').append(quoted(server.getKey())).append(":{\"lists\":[");
            text.append(server.getValue().lists().stream().map(PinFile::quoted).collect(Collectors.joining(",")));
            text.append("],\"entries\":{");
            text.append(server.getValue().entries().entrySet().stream()
                    .map(entry -> "\n" + quoted(entry.getKey()) + ":"
                            + entry.getValue().raw())
                    .collect(Collectors.joining(",")));
            text.append("}}");
            comma = ",";
        }
        return text.append("}}\n").toString();
    }

    private static String quoted(String text) {
        return new String(JsonWriter.string(text), StandardCharsets.UTF_8);
    }

    private IluraException unusable(String what, Exception why) {
        return new IluraException(
                "ILR-PIN-009",
                "The pins in " + file + " cannot be " + what + ": " + why.getMessage() + ".",
                "Mend the file or the disk; without it every server would be new.",
                why);
    }

    private interface Change {
        void apply(Map<String, Pinned> servers);
    }
}
