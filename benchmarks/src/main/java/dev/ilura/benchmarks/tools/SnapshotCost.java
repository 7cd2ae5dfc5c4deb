package dev.ilura.benchmarks.tools;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.policy.Policies;
import dev.ilura.testkit.MemoryAudit;
import dev.ilura.tools.FileIo;
import dev.ilura.tools.TimeMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** What snapshots cost. With and without are measured in turns in one run, after a warm-up. */
public final class SnapshotCost {
    private final Path dir;

    private SnapshotCost(Path dir) {
        this.dir = dir;
    }

    public static void main(String[] args) throws IOException {
        int files = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        int edits = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int megabytes = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        Path dir = Files.createTempDirectory("ilura-snapshots");
        try {
            SnapshotCost cost = new SnapshotCost(dir);
            cost.smallFiles(Math.min(files, 200), 0);
            cost.smallFiles(files, 1);
            cost.largeFile(megabytes);
            cost.edits(edits);
        } finally {
            try (Stream<Path> all = Files.walk(dir)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private Gateway gateway(Path root, boolean kept, Path store) {
        Gateway.Builder builder = Gateway.builder()
                .tools(FileIo.in(root))
                .policy(Policies.rules().allow("file_io/*").denyOthers())
                .audit(new MemoryAudit());
        return kept ? builder.tools(TimeMachine.in(store)).build() : builder.build();
    }

    /** New files, then each once more. */
    private void smallFiles(int count, int round) throws IOException {
        for (boolean kept : new boolean[] {false, true}) {
            Path root = Files.createDirectory(dir.resolve("small" + round + kept));
            Path store = dir.resolve("store" + round + kept);
            try (Gateway gateway = gateway(root, kept, store)) {
                long start = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    write(gateway, root.resolve("f" + i), "new " + i + "\n");
                }
                long fresh = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    write(gateway, root.resolve("f" + i), "old " + i + "\n");
                }
                long over = System.nanoTime();
                if (round > 0) {
                    System.out.printf(
                            Locale.ROOT,
                            "%d small files, %s: new %.2f ms each, over existing ones %.2f ms each, store %s%n",
                            count,
                            kept ? "with snapshots" : "without",
                            (fresh - start) / 1e6 / count,
                            (over - fresh) / 1e6 / count,
                            kept ? size(store) : "-");
                }
            }
        }
    }

    /** Bytes that cannot be packed: moved, which keeps all of them. */
    private void largeFile(int megabytes) throws IOException {
        for (boolean kept : new boolean[] {false, true}) {
            Path root = Files.createDirectory(dir.resolve("large" + kept));
            Path store = dir.resolve("largeStore" + kept);
            byte[] block = new byte[1 << 20];
            Random random = new Random(1);
            try (var out = Files.newOutputStream(root.resolve("large"))) {
                for (int i = 0; i < megabytes; i++) {
                    random.nextBytes(block);
                    out.write(block);
                }
            }
            try (Gateway gateway = gateway(root, kept, store)) {
                write(gateway, root.resolve("warm"), "x");
                long start = System.nanoTime();
                write(gateway, root.resolve("large"), "small now\n");
                System.out.printf(
                        Locale.ROOT,
                        "a file of %d MB (random bytes) overwritten, %s: %.0f ms, store %s%n",
                        megabytes,
                        kept ? "with snapshots" : "without",
                        (System.nanoTime() - start) / 1e6,
                        kept ? size(store) : "-");
            }
        }
    }

    /** One file of 20 KB of text, a line of it changed each time. */
    private void edits(int count) throws IOException {
        Path root = Files.createDirectory(dir.resolve("edits"));
        Path store = dir.resolve("editsStore");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append("line ").append(i).append(" of a text that is edited again and again\n");
        }
        Path file = Files.writeString(root.resolve("text.txt"), text + "edit 0;\n");
        try (Gateway gateway = gateway(root, true, store)) {
            long start = System.nanoTime();
            long before = start;
            for (int i = 0; i < count; i++) {
                if (i > 0 && i % 500 == 0) {
                    long now = System.nanoTime();
                    System.err.printf(
                            Locale.ROOT,
                            "  %d of %d edits, the last 500 %.2f ms each, store %s%n",
                            i,
                            count,
                            (now - before) / 1e6 / 500,
                            size(store));
                    before = System.nanoTime();
                }
                done(gateway.call(
                        "file_io",
                        "edit_file",
                        Map.of(
                                "path",
                                file.toString(),
                                "edits",
                                List.of(Map.of("oldText", "edit " + i + ";", "newText", "edit " + (i + 1) + ";")))));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d edits of one file of %d bytes: %.2f ms each, store %s%n",
                    count,
                    Files.size(file),
                    (System.nanoTime() - start) / 1e6 / count,
                    size(store));
        }
    }

    private static void write(Gateway gateway, Path path, String content) {
        done(gateway.call("file_io", "write_file", Map.of("path", path.toString(), "content", content)));
    }

    private static void done(CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Completed completed)
                || completed.result().member("isError").isPresent()) {
            throw new IllegalStateException(outcome.toString());
        }
    }

    private static String size(Path store) throws IOException {
        try (Stream<Path> all = Files.walk(store)) {
            return String.format(
                    Locale.ROOT,
                    "%.1f MB",
                    all.filter(Files::isRegularFile)
                                    .mapToLong(path -> path.toFile().length())
                                    .sum()
                            / 1e6);
        }
    }
}
