package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.verify.LogVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The exported files against {@code c2sp.org/tlog-tiles} and RFC 6962, section 2.1, as a stranger reads them: with SHA-256 of
 * the JDK and nothing of Ilura.
 */
class TileExportTest {
    private static final int HASH = 32;

    @TempDir
    Path dir;

    /** Sizes around a full tile, of none, and of a row of tiles that itself has a partial end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 255, 256, 257, 511, 512, 700})
    void theRootOfTheTilesIsTheCheckpoints(int size) throws Exception {
        Path tiles = dir.resolve("tiles");
        MadeLog log = new MadeLog(size, new Random(size), dir.resolve("log"));

        assertThat(export(tiles)).isEqualTo(size);

        List<String> checkpoint = Files.readAllLines(tiles.resolve("checkpoint"));
        assertThat(checkpoint.get(0)).isEqualTo(log.origin);
        assertThat(checkpoint.get(1)).isEqualTo(Integer.toString(size));
        byte[] root = Base64.getDecoder().decode(checkpoint.get(2));
        List<byte[]> entries = entries(tiles, size);
        assertThat(entries).as("the bundles hold the records").containsExactlyElementsOf(log.records);
        List<byte[]> row = new ArrayList<>();
        for (byte[] entry : entries) {
            row.add(leaf(entry));
        }
        assertThat(root(row)).as("RFC 6962 over the records").isEqualTo(root);
        assertThat(paths(tiles))
                .as("no file that the specification does not name")
                .isEqualTo(named(size));
        for (int level = 0; !row.isEmpty(); level++) {
            assertThat(hashes(tiles, level, row.size())).as("row " + level).containsExactlyElementsOf(row);
            row = above(row);
        }
    }

    /** From the highest row alone one cannot leave out a partial tile of a lower one: the root takes them all. */
    @ParameterizedTest
    @ValueSource(ints = {1, 255, 257, 700})
    void aChangedHashInAPartialTileGivesAnotherRoot(int size) throws Exception {
        Path tiles = dir.resolve("tiles");
        new MadeLog(size, new Random(size), dir.resolve("log"));
        export(tiles);
        byte[] root = Base64.getDecoder()
                .decode(Files.readAllLines(tiles.resolve("checkpoint")).get(2));

        assertThat(root(hashes(tiles, 0, size))).isEqualTo(root);
        Path partial = tiles.resolve(tile("tile/0/", size / 256, size % 256));
        byte[] changed = Files.readAllBytes(partial);
        changed[changed.length - 1] ^= 1;
        Events.overwrite(partial, changed);

        assertThat(root(hashes(tiles, 0, size))).isNotEqualTo(root);
    }

    @Test
    void aLaterExportLeavesFullTilesAndAddsTheRest() throws Exception {
        Path state = dir.resolve("state");
        Path tiles = dir.resolve("tiles");
        try (AuditLog log = AuditLog.in(state)) {
            Events.inOneBatch(log, 300);
        }
        AuditReader.open(state).exportTiles(tiles);
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(tiles.resolve("tile/0/000"), longAgo);
        try (AuditLog log = AuditLog.in(state)) {
            Events.inOneBatch(log, 300);
        }

        int size = (int) AuditReader.open(state).exportTiles(tiles);

        assertThat(size).isGreaterThan(600);
        assertThat(Files.getLastModifiedTime(tiles.resolve("tile/0/000"))).isEqualTo(longAgo);
        assertThat(root(hashes(tiles, 0, size)))
                .isEqualTo(Base64.getDecoder()
                        .decode(Files.readAllLines(tiles.resolve("checkpoint")).get(2)));
        assertThat(LogVerifier.of(state)
                        .anchored(Files.readString(tiles.resolve("checkpoint")))
                        .verify()
                        .findings())
                .as("the published checkpoint is one that the log went through")
                .isEmpty();
    }

    /** The attack: what is published would not be what was signed. */
    @Test
    void aLogThatDoesNotHaveItsCheckpointIsNotPublished() throws IOException {
        Path state = dir.resolve("state");
        AuditLog.in(state).close();
        Path checkpoint = state.resolve("log/checkpoint");
        List<String> lines = new ArrayList<>(Files.readAllLines(checkpoint));
        lines.set(2, Base64.getEncoder().encodeToString(new byte[HASH]));
        Files.writeString(checkpoint, String.join("\n", lines) + "\n");

        assertThatThrownBy(() -> AuditReader.open(state).exportTiles(dir.resolve("tiles")))
                .hasMessageContaining("ILR-AUDIT-020");
        assertThat(dir.resolve("tiles/checkpoint")).doesNotExist();
    }

    @Test
    void aTilesNumberIsWrittenInGroupsOfThreeDigits() {
        assertThat(Stream.of(0L, 67L, 999L, 1_000L, 1_234_067L).map(TileExport::index))
                .containsExactly("000", "067", "999", "x001/000", "x001/x234/067");
    }

    private long export(Path tiles) throws IOException {
        return new TileExport(new LogFolder(dir.resolve("log/log")), tiles).write();
    }

    /** The names that the specification gives the files of a log of this size. */
    private static Set<String> named(int size) {
        Set<String> names = new TreeSet<>(Set.of("checkpoint"));
        for (int count = size, level = 0; count > 0; count /= 256, level++) {
            addTiles(names, "tile/" + level + "/", count);
        }
        addTiles(names, "tile/entries/", size);
        return names;
    }

    private static void addTiles(Set<String> names, String row, int count) {
        for (int tile = 0; tile * 256 < count; tile++) {
            names.add(tile(row, tile, Math.min(256, count - tile * 256)));
        }
    }

    /** Rows of the logs here have fewer than 1,000 tiles. */
    private static String tile(String row, int number, int width) {
        return row + String.format("%03d", number) + (width == 256 ? "" : ".p/" + width);
    }

    private static Set<String> paths(Path tiles) throws IOException {
        try (Stream<Path> files = Files.walk(tiles)) {
            Set<String> paths = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> paths.add(tiles.relativize(file).toString().replace('\\', '/')));
            return paths;
        }
    }

    private static List<byte[]> hashes(Path tiles, int level, int count) throws IOException {
        List<byte[]> hashes = new ArrayList<>();
        for (int tile = 0; tile * 256 < count; tile++) {
            int width = Math.min(256, count - tile * 256);
            byte[] content = Files.readAllBytes(tiles.resolve(tile("tile/" + level + "/", tile, width)));
            assertThat(content).hasSize(width * HASH);
            for (int i = 0; i < width; i++) {
                hashes.add(Arrays.copyOfRange(content, i * HASH, (i + 1) * HASH));
            }
        }
        return hashes;
    }

    /** An entry bundle is a sequence of entries, each behind its length as a big-endian uint16. */
    private static List<byte[]> entries(Path tiles, int count) throws IOException {
        List<byte[]> entries = new ArrayList<>();
        for (int tile = 0; tile * 256 < count; tile++) {
            int width = Math.min(256, count - tile * 256);
            ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(tiles.resolve(tile("tile/entries/", tile, width))));
            for (int i = 0; i < width; i++) {
                byte[] entry = new byte[Short.toUnsignedInt(content.getShort())];
                content.get(entry);
                entries.add(entry);
            }
            assertThat(content.hasRemaining()).isFalse();
        }
        return entries;
    }

    private static List<byte[]> above(List<byte[]> row) throws NoSuchAlgorithmException {
        List<byte[]> above = new ArrayList<>();
        for (int from = 0; from + 256 <= row.size(); from += 256) {
            above.add(root(row.subList(from, from + 256)));
        }
        return above;
    }

    private static byte[] leaf(byte[] entry) throws NoSuchAlgorithmException {
        return sha256(new byte[] {0}, entry);
    }

    /** MTH of RFC 6962, section 2.1, from the hashes of its leaves, as it is written there. */
    private static byte[] root(List<byte[]> leaves) throws NoSuchAlgorithmException {
        if (leaves.isEmpty()) {
            return sha256();
        }
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int left = Integer.highestOneBit(leaves.size() - 1);
        return sha256(new byte[] {1}, root(leaves.subList(0, left)), root(leaves.subList(left, leaves.size())));
    }

    private static byte[] sha256(byte[]... parts) throws NoSuchAlgorithmException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return MessageDigest.getInstance("SHA-256").digest(all.toByteArray());
    }
}
