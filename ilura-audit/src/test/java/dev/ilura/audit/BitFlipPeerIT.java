package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Single bits of every file of a log of a thousand records, through the whole verifier. Every 997th by default, which takes
 * seconds; {@code -Dilura.flip.step=1} for every single one.
 */
class BitFlipPeerIT {
    private static final int STEP = Integer.getInteger("ilura.flip.step", 997);
    private static final int WORKERS = Runtime.getRuntime().availableProcessors();

    @TempDir
    Path temp;

    @Test
    void everyChangedBitOfEveryFileIsFound() throws Exception {
        Path dir = temp.resolve("state");
        aThousandRecords(dir);
        List<String> files = List.of("00000000000000000000.seg", "checkpoint", "keys");
        AtomicLong flips = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
        List<Future<?>> parts = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            Path copy = temp.resolve("worker" + worker);
            RecoveryTest.copy(dir, copy);
            int part = worker;
            parts.add(pool.submit(() -> files.forEach(file -> flips.addAndGet(flipAll(copy, file, part)))));
        }
        for (Future<?> part : parts) {
            part.get();
        }
        pool.shutdown();
        System.out.println("bit flips: " + flips + " of " + bits(dir, files) + " bits, all found");
        assertThat(flips.get()).isGreaterThanOrEqualTo(bits(dir, files) / STEP);
    }

    private static long bits(Path dir, List<String> files) throws IOException {
        long bytes = 0;
        for (String file : files) {
            bytes += Files.size(dir.resolve("log").resolve(file));
        }
        return bytes * 8;
    }

    private static long flipAll(Path state, String name, int part) {
        Path file = state.resolve("log").resolve(name);
        long flips = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] sound = Files.readAllBytes(file);
            for (long bit = (long) part * STEP; bit < sound.length * 8L; bit += (long) WORKERS * STEP) {
                int at = (int) (bit / 8);
                byte changed = (byte) (sound[at] ^ 1 << bit % 8);
                channel.write(ByteBuffer.wrap(new byte[] {changed}), at);
                if (LogVerifier.of(state)
                        .provider(Signing.preferred())
                        .lastSignatureOnly()
                        .verify()
                        .isSound()) {
                    throw new AssertionError(name + " bit " + bit + " was changed and nobody noticed");
                }
                channel.write(ByteBuffer.wrap(new byte[] {sound[at]}), at);
                flips++;
            }
            return flips;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void aThousandRecords(Path dir) {
        try (AuditLog log = AuditLog.in(dir)) {
            for (int i = 0; i < 999; i++) {
                var receipt = log.append(
                        AuditEvent.of(AuditEvent.Type.DECISION)
                                .fact("call", "call-" + i)
                                .fact("why", "no rule permits it")
                                .build(),
                        Acknowledgement.WRITTEN);
                if (i % 50 == 0) {
                    receipt.toCompletableFuture().join();
                }
            }
        }
    }
}
