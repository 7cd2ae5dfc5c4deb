package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.Trailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes a log as static files, {@code c2sp.org/tlog-tiles}: behind any file server they are a public log. Full tiles that are
 * there already are left as they are, so the same directory can be brought up to date again and again; the checkpoint is
 * replaced last.
 *
 * <p>Everything that stands in records becomes public. Payloads do not: records hold commitments to them.
 */
final class TileExport {
    private static final int WIDTH = 256;

    private final LogFolder folder;
    private final Path target;
    private final List<Level> levels = new ArrayList<>();
    private final Bundle bundle = new Bundle();
    private long size;

    TileExport(LogFolder folder, Path target) {
        this.folder = folder;
        this.target = target;
    }

    /**
     * Writes up to the newest published checkpoint.
     *
     * @return how many records that counts
     * @throws IOException if a file cannot be written, or the log does not have its checkpoint
     */
    long write() throws IOException {
        String note = Files.readString(folder.checkpoint(), StandardCharsets.UTF_8);
        Checkpoint checkpoint = NoteText.parse(note).checkpoint();
        size = checkpoint.size();
        LogScan scan = new LogScan(folder);
        try {
            scan.advanceTo(size, new Leaves());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (scan.size() != size || !scan.tree().root().equals(checkpoint.root())) {
            throw new IOException("the log does not have its own checkpoint; run `ilura audit verify`");
        }
        bundle.flush();
        for (Level level : levels) {
            level.flush();
        }
        replace(target.resolve("checkpoint"), note.getBytes(StandardCharsets.UTF_8));
        return size;
    }

    private final class Leaves implements LogScan.Visitor {
        @Override
        public void pruned(Pruned before) {
            throw new UncheckedIOException(new IOException("records 0 to " + (before.minimum() - 1)
                    + " were removed by retention; tiles are exported before that"));
        }

        @Override
        public void record(LogScan.RecordAt at) {
            bundle.add(at.view().bytes());
        }

        @Override
        public void leaf(long number, byte[] hash) {
            level(0).add(hash);
        }

        @Override
        public void batch(Trailer trailer) {
            // the checkpoint says where to end
        }
    }

    private Level level(int number) {
        while (levels.size() <= number) {
            levels.add(new Level(levels.size()));
        }
        return levels.get(number);
    }

    /** One row of tiles; a full tile is one hash of the row above. */
    private final class Level {
        private final int number;
        private final List<byte[]> hashes = new ArrayList<>(WIDTH);
        private long tile;

        Level(int number) {
            this.number = number;
        }

        void add(byte[] hash) {
            hashes.add(hash);
            if (hashes.size() == WIDTH) {
                writeTile(path("tile/" + number + "/" + index(tile)), joined());
                level(number + 1).add(rootOf(hashes).toArray());
                hashes.clear();
                tile++;
            }
        }

        void flush() {
            if (!hashes.isEmpty()) {
                writeTile(path("tile/" + number + "/" + index(tile) + ".p/" + hashes.size()), joined());
            }
        }

        private byte[] joined() {
            ByteArrayOutputStream out = new ByteArrayOutputStream(WIDTH * 32);
            hashes.forEach(out::writeBytes);
            return out.toByteArray();
        }
    }

    private static Bytes rootOf(List<byte[]> hashes) {
        MerkleTree tree = new MerkleTree();
        hashes.forEach(tree::add);
        return tree.root();
    }

    /** The records themselves, each after its length. */
    private final class Bundle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
        private int count;
        private long tile;

        void add(byte[] record) {
            out.write(record.length >>> 8);
            out.write(record.length);
            out.writeBytes(record);
            count++;
            if (count == WIDTH) {
                writeTile(path("tile/entries/" + index(tile)), out.toByteArray());
                out.reset();
                count = 0;
                tile++;
            }
        }

        void flush() {
            if (count > 0) {
                writeTile(path("tile/entries/" + index(tile) + ".p/" + count), out.toByteArray());
            }
        }
    }

    /** 1234067 is written {@code x001/x234/067}. */
    static String index(long number) {
        String last = String.format(Locale.ROOT, "%03d", number % 1_000);
        StringBuilder path = new StringBuilder(last);
        for (long rest = number / 1_000; rest > 0; rest /= 1_000) {
            path.insert(0, String.format(Locale.ROOT, "x%03d/", rest % 1_000));
        }
        return path.toString();
    }

    private Path path(String name) {
        return target.resolve(name);
    }

    /** What is there with this length is this: tiles never change. */
    private static void writeTile(Path file, byte[] content) {
        try {
            if (!Files.exists(file) || Files.size(file) != content.length) {
                replace(file, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Public on purpose, so with the usual mode, and whole or not at all. */
    private static void replace(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
