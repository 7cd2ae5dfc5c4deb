package dev.ilura.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** An agent that writes, edits, moves, copies and deletes as it pleases. */
final class BadAfternoon {
    private static final String[] MODES = {"rw-r--r--", "rw-------", "rwxr-xr-x", "r--r-----"};

    private final Path root;
    private final Random random;

    BadAfternoon(Path root, long seed) {
        this.root = root;
        this.random = new Random(seed);
    }

    /** Files of all sizes and modes, with times of all kinds. */
    void someFiles(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Path file = root.resolve("d" + i % 7 + "/e" + i % 3 + "/f" + i + ".txt");
            Files.createDirectories(file.getParent());
            byte[] bytes =
                    random.nextInt(5) == 0 ? bytes(random.nextInt(20_000)) : text().getBytes(StandardCharsets.UTF_8);
            Files.write(file, bytes);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(MODES[random.nextInt(MODES.length)]));
            Files.setLastModifiedTime(file, time());
        }
        Files.createSymbolicLink(root.resolve("d0/link"), Path.of("e0"));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path directory : all.filter(path -> Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                Files.setLastModifiedTime(directory, time());
            }
        }
    }

    private FileTime time() {
        return FileTime.from(
                Instant.ofEpochSecond(1_500_000_000L + random.nextInt(200_000_000), random.nextInt(1_000_000_000)));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i >= 0; i--) {
            text.append("line ").append(random.nextInt(1000)).append(i % 9 == 0 ? "\n\n" : "\n");
        }
        return text.toString();
    }

    record Step(String tool, Map<String, ?> arguments) {}

    /** Something that may or may not work. */
    Step next() throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root)) {
            found.filter(path -> !path.equals(root)).sorted().forEach(all::add);
        }
        Path some = all.isEmpty() ? root.resolve("new") : all.get(random.nextInt(all.size()));
        String name = "n" + random.nextInt(1_000_000);
        Path fresh = Files.isDirectory(some) ? some.resolve(name) : some.resolveSibling(name);
        Map<String, Object> arguments = new HashMap<>();
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                arguments.put("path", (random.nextBoolean() ? some : fresh).toString());
                arguments.put("content", text());
                return new Step("write_file", arguments);
            }
            case 3, 4 -> {
                arguments.put("path", some.toString());
                arguments.put(
                        "edits",
                        List.of(Map.of("oldText", "line", "newText", "Line" + random.nextInt(9), "replaceAll", true)));
                return new Step("edit_file", arguments);
            }
            case 5, 6 -> {
                arguments.put("source", some.toString());
                arguments.put("destination", fresh.toString());
                return new Step("move_file", arguments);
            }
            case 7 -> {
                arguments.put("source", some.toString());
                arguments.put("destination", fresh.toString());
                return new Step("copy_file", arguments);
            }
            case 8 -> {
                arguments.put("path", fresh.resolve("x/y").toString());
                return new Step("create_directory", arguments);
            }
            default -> {
                arguments.put("path", some.toString());
                arguments.put("recursive", all.size() > 60);
                return new Step("delete_file", arguments);
            }
        }
    }

    /** The same kinds of changes, made with the file system itself. */
    void doSomething() throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> found = Files.walk(root)) {
            found.filter(Files::isRegularFile).sorted().forEach(all::add);
        }
        Path fresh = root.resolve("w" + random.nextInt(1_000_000));
        if (all.isEmpty()) {
            Files.writeString(fresh, text());
            return;
        }
        Path some = all.get(random.nextInt(all.size()));
        switch (random.nextInt(5)) {
            case 0 -> Files.writeString(some, text());
            case 1 -> Files.write(some, bytes(random.nextInt(5000)), java.nio.file.StandardOpenOption.APPEND);
            case 2 -> Files.move(some, fresh);
            case 3 -> Files.delete(some);
            default -> {
                Files.createDirectories(fresh);
                Files.writeString(fresh.resolve("x"), text());
                Files.setPosixFilePermissions(
                        some, PosixFilePermissions.fromString(MODES[random.nextInt(MODES.length)]));
            }
        }
    }
}
