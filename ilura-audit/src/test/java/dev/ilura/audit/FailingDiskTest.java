package dev.ilura.audit;

import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** Disks that fail, fill up or stall, and clocks that step back. */
class FailingDiskTest {
    @TempDir
    Path dir;

    private enum Fault {
        NONE,
        FORCE,
        /** Only the zeros that make room do not fit. */
        FULL,
        WRITE,
        STALL
    }

    private final AtomicReference<Fault> fault = new AtomicReference<>(Fault.NONE);
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Test
    void aFailedForceEndsTheLogAndNothingIsAcknowledgedAfterIt() throws IOException {
        try (AuditLog log = AuditLog.at(dir).opener(this::open).open()) {
            fault.set(Fault.FORCE);
            assertThatThrownBy(() -> write(log, decision("lost", "s"))).hasMessageContaining("ILR-AUDIT-009");
            fault.set(Fault.NONE);

            assertThatThrownBy(() -> write(log, decision("later", "s"))).hasMessageContaining("ILR-AUDIT-009");
        }
        AuditLog.in(dir).close();
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    @Test
    void aFullDiskRefusesAndTheLogGoesOnWhenThereIsRoom() throws IOException {
        try (AuditLog log = AuditLog.at(dir).opener(this::open).open()) {
            fault.set(Fault.FULL);
            List<CompletionStage<?>> appended = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                appended.add(log.append(decision("c" + i, "s"), Acknowledgement.DURABLE));
            }
            assertThatThrownBy(() -> appended.forEach(
                            stage -> stage.toCompletableFuture().join()))
                    .hasMessageContaining("ILR-AUDIT-008");
            fault.set(Fault.NONE);

            write(log, decision("after", "s"));
        }
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    @Test
    void aFailedWriteEndsTheLog() throws IOException {
        try (AuditLog log = AuditLog.at(dir).opener(this::open).open()) {
            fault.set(Fault.WRITE);
            assertThatThrownBy(() -> write(log, decision("lost", "s"))).hasMessageContaining("ILR-AUDIT-009");
            fault.set(Fault.NONE);
        }
        AuditLog.in(dir).close();
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    @Test
    void aStalledDiskFillsTheQueueAndThenCallsAreRefused() throws Exception {
        try (AuditLog log = AuditLog.at(dir).queueBound(4).opener(this::open).open()) {
            fault.set(Fault.STALL);
            log.append(decision("stalls", "s"), Acknowledgement.DURABLE);
            stalled.await();
            List<CompletionStage<?>> queued = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                queued.add(log.append(decision("q" + i, "s"), Acknowledgement.QUEUED));
            }
            assertThatThrownBy(() -> write(log, decision("too many", "s"))).hasMessageContaining("ILR-AUDIT-007");

            fault.set(Fault.NONE);
            released.countDown();
            queued.forEach(stage -> stage.toCompletableFuture().join());
        }
    }

    @Test
    void whereAvailabilityWasChosenAFullQueueLetsCallsGoAndTheGapIsRecorded() throws Exception {
        try (AuditLog log = AuditLog.at(dir)
                .queueBound(4)
                .letCallsGoUnrecorded()
                .opener(this::open)
                .open()) {
            fault.set(Fault.STALL);
            log.append(decision("stalls", "s"), Acknowledgement.DURABLE);
            stalled.await();
            List<AuditReceipt> receipts = new ArrayList<>();
            List<CompletionStage<AuditReceipt>> queued = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                CompletionStage<AuditReceipt> stage = log.append(decision("q" + i, "s"), Acknowledgement.DURABLE);
                queued.add(stage);
                if (i >= 4) {
                    receipts.add(stage.toCompletableFuture().join());
                }
            }
            assertThat(receipts).hasSize(3).noneMatch(AuditReceipt::isRecorded);

            fault.set(Fault.NONE);
            released.countDown();
            queued.forEach(stage -> stage.toCompletableFuture().join());
            write(log, decision("after", "s"));
        }
        assertThat(gaps()).extracting(record -> record.integer("dropped")).containsExactly(Optional.of(3L));
        assertThat(gaps().get(0).text("why").orElseThrow()).contains("ILR-AUDIT-007");
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    @Test
    void whereAvailabilityWasChosenAFailedLogLetsCallsGoAndTheNextOpeningRecordsHowMany() throws IOException {
        try (AuditLog log =
                AuditLog.at(dir).letCallsGoUnrecorded().opener(this::open).open()) {
            fault.set(Fault.FORCE);
            for (int i = 0; i < 5; i++) {
                assertThat(write(log, decision("c" + i, "s")).isRecorded()).isFalse();
            }
            fault.set(Fault.NONE);
            assertThat(write(log, decision("later", "s")).isRecorded()).isFalse();
        }
        AuditLog.in(dir).close();
        assertThat(gaps()).extracting(record -> record.integer("dropped")).containsExactly(Optional.of(6L));
        AuditLog.in(dir).close();
        assertThat(gaps()).hasSize(1);
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    private List<AuditRecord> gaps() {
        AuditReader reader = AuditReader.open(dir);
        return java.util.stream.LongStream.range(0, reader.size())
                .mapToObj(number -> reader.record(number).orElseThrow())
                .filter(record -> record.type().equals("gap"))
                .toList();
    }

    /** Even root cannot write there. */
    @Test
    void aPlaceThatCannotBeWrittenIsRefusedWithItsName() {
        assertThatThrownBy(() -> AuditLog.in(Path.of("/proc/ilura-audit-test")))
                .hasMessageContaining("ILR-AUDIT-002")
                .hasMessageContaining("/proc/ilura-audit-test");
    }

    @Test
    void aPlaceThatIsNoDirectoryIsRefusedWithItsName() throws IOException {
        Path occupied = Files.writeString(dir.resolve("file"), "");

        assertThatThrownBy(() -> AuditLog.in(occupied))
                .hasMessageContaining("ILR-AUDIT-002")
                .hasMessageContaining("file");
    }

    @Test
    void aClockThatStepsBackIsMarkedAndTheOrderStays() throws IOException {
        SetClock time = new SetClock(Instant.parse("2026-11-22T12:00:00Z"));
        try (AuditLog log = AuditLog.at(dir).time(time).open()) {
            write(log, decision("before", "s"));
            time.now = time.now.minusSeconds(60);
            write(log, decision("after", "s"));

            AuditRecord record = log.trail().orElseThrow().ofCall("after").get(0);
            assertThat(record.integer("clockBackUs")).hasValue(60_000_000L);
            assertThat(record.number()).isEqualTo(2);
        }
        assertThat(LogVerifier.of(dir).verify().notes()).anyMatch(note -> note.contains("clock"));
    }

    /** A wall clock that a test sets; the log's thread reads it meanwhile, so it is no mock that is stubbed anew. */
    private static final class SetClock implements TimeSource {
        private volatile Instant now;

        SetClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return TimeSource.system().nanos();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return TimeSource.system().after(delay, task);
        }
    }

    private FileChannel open(Path path) throws IOException {
        FileChannel real = PrivateFiles.open(path);
        FileChannel faulty = Mockito.mock(FileChannel.class, AdditionalAnswers.delegatesTo(real));
        Mockito.doAnswer(call -> {
                    beforeForce();
                    real.force(call.getArgument(0));
                    return null;
                })
                .when(faulty)
                .force(Mockito.anyBoolean());
        Mockito.doAnswer(call -> {
                    ByteBuffer bytes = call.getArgument(0);
                    boolean makesRoom = bytes.getInt(bytes.position()) == 0;
                    if (fault.get() == Fault.WRITE || (fault.get() == Fault.FULL && makesRoom)) {
                        throw new IOException("No space left on device");
                    }
                    return real.write(bytes, call.<Long>getArgument(1));
                })
                .when(faulty)
                .write(Mockito.any(ByteBuffer.class), Mockito.anyLong());
        return faulty;
    }

    private void beforeForce() throws IOException, InterruptedException {
        if (fault.get() == Fault.FORCE) {
            throw new IOException("I/O error");
        }
        if (fault.get() == Fault.STALL) {
            stalled.countDown();
            released.await();
        }
    }
}
