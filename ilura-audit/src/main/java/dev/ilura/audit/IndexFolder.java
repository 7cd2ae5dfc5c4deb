package dev.ilura.audit;

import dev.ilura.audit.format.LogFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The files of an index: one {@code .places} for each complete segment, {@code .keys} for runs of them, {@code seed}. All can
 * be deleted; what is missing or does not have its checksum is made anew from the segments. Files are replaced whole.
 */
final class IndexFolder {
    private static final int PLACES = 0x314C_5049;
    private static final String KEYS_NAME = "[0-9]{20}-[0-9]{20}\\.keys";

    private final @Nullable Path home;
    private final boolean writes;
    private final long seed;

    private IndexFolder(@Nullable Path home, boolean writes, long seed) {
        this.home = home;
        this.writes = writes;
        this.seed = seed;
    }

    /** The folder of the log's writer. */
    static IndexFolder in(Path folder) throws IOException {
        PrivateFiles.directory(folder);
        Path file = folder.resolve("seed");
        long seed = seed(file);
        if (seed == 0) {
            seed = new SecureRandom().nextLong() | 1;
            PrivateFiles.replace(
                    file, ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
        }
        return new IndexFolder(folder, true, seed);
    }

    /** A folder that somebody else writes: what is there is used, what is missing is made in temporary files. */
    static IndexFolder reading(Path folder) throws IOException {
        long seed = seed(folder.resolve("seed"));
        return seed == 0 ? temporary() : new IndexFolder(folder, false, seed);
    }

    /** Nothing but temporary files. */
    static IndexFolder temporary() {
        return new IndexFolder(null, false, new SecureRandom().nextLong() | 1);
    }

    private static long seed(Path file) throws IOException {
        if (!Files.isReadable(file) || Files.size(file) != Long.BYTES) {
            return 0;
        }
        return ByteBuffer.wrap(Files.readAllBytes(file)).getLong();
    }

    long seed() {
        return seed;
    }

    /** A complete segment as the index knows it. */
    record Sealed(IndexedSegment places, SealedState state) {
        long end() {
            return state.tree().size();
        }
    }

    /**
     * The complete segments from the first one on of which the index has sound places, without a hole.
     *
     * @param first number of the first record that is there
     */
    List<Sealed> sealed(LogFolder log, long first) throws IOException {
        List<Sealed> sealed = new ArrayList<>();
        long next = first;
        while (home != null && Files.exists(log.segment(next))) {
            Sealed segment = readPlaces(next);
            boolean holds = segment != null
                    && segment.end() == next + segment.places().count()
                    && Files.size(log.segment(next)) == segment.state().segmentBytes()
                    && Files.exists(log.segment(segment.end()));
            if (segment == null || !holds) {
                return sealed;
            }
            sealed.add(segment);
            next = segment.end();
        }
        return sealed;
    }

    /** The runs that are sound, without those that a larger one covers. */
    List<KeyRun> runs(long first, long end) throws IOException {
        if (home == null) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(home)) {
            files = all.filter(file -> file.getFileName().toString().matches(KEYS_NAME))
                    .sorted()
                    .toList();
        }
        List<KeyRun> runs = new ArrayList<>();
        for (Path file : files) {
            ByteBuffer bytes = map(file);
            KeyRun run = bytes == null ? null : KeyRun.read(bytes, seed);
            if (run != null && run.first() >= first && run.end() <= end && file.equals(keysFile(run))) {
                runs.add(run);
            } else {
                delete(file);
            }
        }
        List<KeyRun> covered = runs.stream()
                .filter(run -> runs.stream()
                        .anyMatch(other -> other != run && other.first() <= run.first() && other.end() >= run.end()))
                .toList();
        remove(covered);
        runs.removeAll(covered);
        return runs;
    }

    private Path keysFile(KeyRun run) {
        return keysFile(run.first(), run.end());
    }

    private Path keysFile(long first, long end) {
        return home().resolve(String.format(Locale.ROOT, "%020d-%020d.keys", first, end));
    }

    private Path placesFile(long first) {
        return home().resolve(String.format(Locale.ROOT, "%020d.places", first));
    }

    private Path home() {
        if (home == null) {
            throw new IllegalStateException("an index without a folder");
        }
        return home;
    }

    /** Writes the keys of a complete segment. */
    KeyRun write(ActiveKeys keys, long end) throws IOException {
        long[] sorted = keys.sorted();
        int[] next = {0};
        return place(
                keys.first(),
                end,
                sorted.length,
                file -> KeyRun.write(file, seed, keys.first(), end, 0, () -> sorted[next[0]++], sorted.length));
    }

    /** Writes neighbouring runs as one. */
    KeyRun merge(List<KeyRun> runs) throws IOException {
        long first = runs.stream().mapToLong(KeyRun::first).min().orElseThrow();
        long end = runs.stream().mapToLong(KeyRun::end).max().orElseThrow();
        return place(first, end, KeyRun.entries(runs), file -> KeyRun.merge(file, seed, runs));
    }

    private interface Writing {
        KeyRun into(ByteBuffer file);
    }

    private KeyRun place(long first, long end, int count, Writing writing) throws IOException {
        if (!writes) {
            return writing.into(temporaryFile(KeyRun.length(count)));
        }
        Path file = keysFile(first, end);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        KeyRun run;
        try (FileChannel channel = PrivateFiles.open(fresh)) {
            channel.truncate(0);
            run = writing.into(channel.map(MapMode.READ_WRITE, 0, KeyRun.length(count)));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return run;
    }

    private static ByteBuffer temporaryFile(long bytes) throws IOException {
        Path file = Files.createTempFile("ilura-index", ".keys");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes);
        }
    }

    /** Writes the places of a complete segment. */
    void write(IndexedSegment places, SealedState state) throws IOException {
        if (!writes) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(PLACES);
        out.writeLong(seed);
        out.writeInt(places.count());
        for (int i = 0; i < places.count(); i++) {
            out.writeInt(places.offsetOf(places.first() + i));
        }
        state.writeTo(out);
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        out.writeInt((int) crc.getValue());
        PrivateFiles.replaceUnforced(placesFile(places.first()), bytes.toByteArray());
    }

    private @Nullable Sealed readPlaces(long first) throws IOException {
        ByteBuffer file = map(placesFile(first));
        if (file == null || file.capacity() < 3 * Integer.BYTES + Long.BYTES) {
            return null;
        }
        int body = file.capacity() - Integer.BYTES;
        CRC32C crc = new CRC32C();
        crc.update(file.duplicate().limit(body));
        int header = 2 * Integer.BYTES + Long.BYTES;
        int count = file.getInt(header - Integer.BYTES);
        boolean sound = (int) crc.getValue() == file.getInt(body)
                && file.getInt(0) == PLACES
                && file.getLong(Integer.BYTES) == seed
                && count >= 0
                && header + (long) count * Integer.BYTES < body;
        if (!sound) {
            return null;
        }
        int stateAt = header + count * Integer.BYTES;
        byte[] state = new byte[body - stateAt];
        file.get(stateAt, state);
        IndexedSegment places = new IndexedSegment(
                first, file.slice(header, count * Integer.BYTES).asIntBuffer());
        try {
            return new Sealed(places, SealedState.readFrom(new DataInputStream(new ByteArrayInputStream(state))));
        } catch (IOException | IllegalArgumentException damaged) {
            return null;
        }
    }

    private static @Nullable ByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() == 0 || channel.size() > Integer.MAX_VALUE
                    ? null
                    : channel.map(MapMode.READ_ONLY, 0, channel.size());
        } catch (java.nio.file.NoSuchFileException gone) {
            return null;
        }
    }

    /** Removes runs that others replace. */
    void remove(List<KeyRun> runs) throws IOException {
        for (KeyRun run : runs) {
            if (home != null) {
                delete(keysFile(run));
            }
        }
    }

    /** Removes the places of segments that are gone. */
    void removeBelow(long minimum) throws IOException {
        if (home == null) {
            return;
        }
        try (Stream<Path> all = Files.list(home)) {
            List<Path> gone = all.filter(file -> file.getFileName().toString().matches("[0-9]{20}\\.places"))
                    .filter(file -> LogFolder.firstRecord(file) < minimum)
                    .sorted(Comparator.naturalOrder())
                    .toList();
            for (Path file : gone) {
                delete(file);
            }
        }
    }

    private void delete(Path file) throws IOException {
        if (writes) {
            Files.deleteIfExists(file);
        }
    }
}
