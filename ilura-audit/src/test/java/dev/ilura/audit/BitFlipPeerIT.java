package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.Break;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.Trailer;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single bits of every file of a log of a thousand records in two segments. Every 997th by default, which takes seconds;
 * {@code -Dilura.flip.step=1} for every single one, which takes minutes.
 *
 * <p>A changed segment is read by the verifier's own scan from the last batch before the change on, because what stands
 * before it is the same as in the sound log; each {@value #WHOLE}th, and everything that needs a key to be found out, goes
 * through the whole verifier.
 */
class BitFlipPeerIT {
    private static final int STEP = Integer.getInteger("ilura.flip.step", 997);
    private static final int WHOLE = 509;
    private static final int WORKERS = Runtime.getRuntime().availableProcessors();
    private static final Provider PROVIDER = Signing.preferred();
    private static final int SEGMENT = 1 << 17;

    @TempDir
    Path temp;

    private Path dir;
    private List<Path> segments;

    @BeforeEach
    void aThousandRecords() throws IOException {
        dir = temp.resolve("state");
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            for (int i = 0; i < 999; i++) {
                var receipt = log.append(
                        AuditEvent.of(AuditEvent.Type.DECISION)
                                .fact("call", "call-" + i)
                                .fact("why", "no rule permits it")
                                .build(),
                        Acknowledgement.WRITTEN);
                if (i % 25 == 0) {
                    receipt.toCompletableFuture().join();
                }
            }
        }
        segments = new LogFolder(dir.resolve("log")).segments();
        assertThat(segments).hasSizeGreaterThan(1);
        assertThat(verify(dir).isSound()).isTrue();
    }

    private static dev.ilura.audit.verify.VerificationReport verify(Path state) throws IOException {
        return LogVerifier.of(state).provider(PROVIDER).verify();
    }

    @Test
    void everyChangedBitOfEverySegmentIsFound() throws Exception {
        flip("segments", (bench, file, bit) -> bench.isFound(file, bit, false));
    }

    /** The attack: an editor who repairs the checksum of the frame that he changed. */
    @Test
    void everyChangedBitWithItsChecksumRepairedIsFound() throws Exception {
        flip("segments with repaired checksums", (bench, file, bit) -> bench.isFound(file, bit, true));
    }

    @Test
    void everyChangedBitOfCheckpointAndKeyListIsFound() throws IOException {
        long flips = 0;
        for (String name : List.of("checkpoint", "keys")) {
            Path file = dir.resolve("log").resolve(name);
            byte[] sound = Files.readAllBytes(file);
            for (int bit = 0; bit < sound.length * 8; bit += Math.min(STEP, 31)) {
                Events.overwrite(file, TamperTest.flip(sound, bit));
                assertThat(LogVerifier.of(dir)
                                .provider(PROVIDER)
                                .lastSignatureOnly()
                                .verify()
                                .isSound())
                        .as(name + " bit " + bit)
                        .isFalse();
                flips++;
            }
            Events.overwrite(file, sound);
        }
        System.out.println("checkpoint and keys: " + flips + " bit flips, all found");
    }

    /** No part of a changed index is believed, and a reader answers as before. */
    @Test
    void everyChangedBitOfTheIndexHeals() throws IOException {
        LogFolder log = new LogFolder(dir.resolve("log"));
        long end = IndexFolder.reading(log.index()).sealed(log, 0).get(0).end();
        assertThat(IndexFolder.reading(log.index()).runs(0, end)).hasSize(1);
        long flips = 0;
        List<Path> files;
        try (var all = Files.list(log.index())) {
            files = all.sorted().toList();
        }
        assertThat(files).hasSize(3);
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            for (int bit = 0; bit < sound.length * 8; bit += Math.min(STEP, 401)) {
                Events.overwrite(file, TamperTest.flip(sound, bit));
                IndexFolder index = IndexFolder.reading(log.index());
                assertThat(index.sealed(log, 0).isEmpty() || index.runs(0, end).isEmpty())
                        .as(file.getFileName() + " bit " + bit)
                        .isTrue();
                if (flips++ % WHOLE == 0) {
                    AuditReader reader = AuditReader.open(dir);
                    assertThat(reader.size()).isEqualTo(1_000);
                    assertThat(reader.ofCall("call-7")).hasSize(1);
                    assertThat(reader.ofCall("call-998")).hasSize(1);
                }
            }
            Events.overwrite(file, sound);
        }
        System.out.println("index: " + flips + " bit flips, all healed");
    }

    private interface Flip {
        boolean isFound(Bench bench, Path file, long bit) throws IOException;
    }

    private void flip(String what, Flip flip) throws Exception {
        AtomicLong flips = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
        List<Future<?>> parts = new ArrayList<>();
        long bits = 0;
        for (Path segment : segments) {
            bits += Files.size(segment) * 8;
        }
        for (int worker = 0; worker < WORKERS; worker++) {
            Path copy = temp.resolve("worker" + worker);
            RecoveryTest.copy(dir, copy);
            int part = worker;
            parts.add(pool.submit(() -> {
                try (Bench bench = new Bench(copy)) {
                    for (Path segment : segments) {
                        flips.addAndGet(bench.flipAll(segment, part, flip));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        for (Future<?> part : parts) {
            part.get();
        }
        pool.shutdown();
        System.out.println(what + ": " + flips + " of " + bits + " bit flips, all found");
        assertThat(flips.get()).isGreaterThanOrEqualTo(bits / STEP);
    }

    /** A worker's copy of the log, and where its batches end. */
    private static final class Bench implements LogScan.Visitor, AutoCloseable {
        private final Path state;
        private final LogFolder folder;
        private final List<LogScan> batches = new ArrayList<>();
        private final long size;
        private byte[] sound = {};
        private List<int[]> frames = List.of();
        private FileChannel channel;
        private long tried;

        Bench(Path state) throws IOException {
            this.state = state;
            this.folder = new LogFolder(state.resolve("log"));
            LogScan scan = new LogScan(folder);
            batches.add(scan.copy());
            for (long before = -1; before != scan.size(); ) {
                before = scan.size();
                scan.advanceTo(before + 1, this);
                batches.add(scan.copy());
            }
            this.size = scan.size();
            this.channel = FileChannel.open(folder.lock(), StandardOpenOption.READ);
        }

        long flipAll(Path segment, int part, Flip flip) throws IOException {
            Path file = folder.path().resolve(segment.getFileName());
            channel.close();
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
            sound = Files.readAllBytes(file);
            frames = TamperTest.frames(sound);
            long flips = 0;
            for (long bit = (long) part * STEP; bit < sound.length * 8L; bit += (long) WORKERS * STEP) {
                if (!flip.isFound(this, file, bit)) {
                    throw new AssertionError(file.getFileName() + " bit " + bit + " was changed and nobody noticed");
                }
                flips++;
            }
            return flips;
        }

        boolean isFound(Path file, long bit, boolean repair) throws IOException {
            int at = (int) (bit / 8);
            int[] frame = frameAt(at);
            boolean isHeader = at < frame[0] + Frame.HEADER;
            if (repair && isHeader) {
                return true;
            }
            byte[] changed = java.util.Arrays.copyOfRange(sound, frame[0], frame[1]);
            changed[at - frame[0]] ^= (byte) (1 << (bit % 8));
            if (repair) {
                Frame.putHeader(changed, 0, changed.length);
            }
            channel.write(ByteBuffer.wrap(changed), frame[0]);
            try {
                return tried++ % WHOLE == 0 ? !verify(state).isSound() : isFoundBehind(file, at);
            } finally {
                channel.write(ByteBuffer.wrap(sound, frame[0], frame[1] - frame[0]), frame[0]);
            }
        }

        private boolean isFoundBehind(Path file, int at) throws IOException {
            LogScan scan = lastBefore(file, at).copy();
            Break broken = scan.advance(this);
            boolean isShort = broken != null && (!broken.torn() || scan.size() < size);
            return isShort || !verify(state).isSound();
        }

        private LogScan lastBefore(Path file, int at) {
            LogScan last = batches.get(0);
            for (LogScan batch : batches) {
                Path segment = batch.segment();
                boolean isBefore =
                        segment != null && (segment.compareTo(file) < 0 || (segment.equals(file) && batch.end() <= at));
                last = isBefore ? batch : last;
            }
            return last;
        }

        private int[] frameAt(int at) {
            int low = 0;
            int high = frames.size() - 1;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (frames.get(middle)[0] <= at) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return frames.get(low);
        }

        @Override
        public void record(RecordAt at) {
            // only whether reading goes on
        }

        @Override
        public void batch(Trailer trailer) {
            // only whether reading goes on
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
