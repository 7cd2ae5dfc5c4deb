package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.verify.EvidenceVerifier;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final int SEGMENT = 1 << 17;

    @TempDir
    Path temp;

    private Path dir;
    private String firstKey;
    private long removed;
    private long size;

    @BeforeEach
    void aLogWhoseFirstHalfWasRemoved() throws IOException {
        dir = temp.resolve("state");
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            firstKey = Files.readAllLines(dir.resolve("log/keys")).get(0);
            Events.inOneBatch(log, 700);
            log.rotateKeys("epoch").toCompletableFuture().join();
            Events.inOneBatch(log, 700);
            call(log, "kept", "s");
        }
        RecoveryTest.copy(dir, temp.resolve("before"));
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            Instant middle =
                    log.trail().orElseThrow().record(1_200).orElseThrow().time();
            removed = log.removeBefore(middle, "six months are over, Ada")
                    .toCompletableFuture()
                    .join();
            call(log, "after", "s");
            size = log.trail().orElseThrow().size();
        }
        assertThat(removed).isBetween(701L, 1_200L);
    }

    @Test
    void whatIsLeftIsSoundAndSaysWhatIsGone() throws IOException {
        VerificationReport report = verify();

        assertThat(report.findings()).isEmpty();
        assertThat(report.records()).isEqualTo(size);
        assertThat(report.notes()).anyMatch(note -> note.contains("records 0 to " + (removed - 1)));
        assertThat(LogVerifier.of(dir).pinned(firstKey).verify().isSound()).isTrue();
        assertThat(segments().get(0).getFileName().toString()).startsWith(String.format("%020d", removed));
    }

    @Test
    void theLogGoesOnAndAnswersFromWhatIsLeft() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            AuditTrail trail = log.trail().orElseThrow();
            assertThat(trail.oldest()).isEqualTo(removed);
            assertThat(trail.record(removed - 1)).isEmpty();
            assertThat(trail.record(removed)).isPresent();
            assertThat(trail.ofCall("kept")).hasSize(2);
            assertThat(trail.ofSession("s", 10_000)).hasSize((int) (size - removed - 1));
            AuditRecord retention = trail.record(size - 3).orElseThrow();
            assertThat(retention.type()).isEqualTo("retention");
            assertThat(retention.integer("minimum")).hasValue(removed);
            call(log, "later", "s");
        }
        AuditReader reader = AuditReader.open(dir);
        assertThat(reader.oldest()).isEqualTo(removed);
        assertThat(reader.ofCall("later")).hasSize(2);
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void evidenceStillLeadsFromTheFirstKey() {
        for (String call : List.of("kept", "after")) {
            String bundle = AuditReader.open(dir).prove(call);
            assertThat(EvidenceVerifier.pinned(firstKey).verify(bundle).findings())
                    .as(call)
                    .isEmpty();
        }
    }

    @Test
    void whatIsLeftOfRemovedRecordsCannotBeChanged() throws IOException {
        Path file = dir.resolve("log/pruned");
        byte[] sound = Files.readAllBytes(file);
        for (int bit = 0; bit < sound.length * 8; bit += 101) {
            Events.overwrite(file, TamperTest.flip(sound, bit));
            assertThat(LogVerifier.of(dir)
                            .provider(Signing.preferred())
                            .lastSignatureOnly()
                            .verify()
                            .isSound())
                    .as("bit " + bit)
                    .isFalse();
        }
        Files.delete(file);
        assertThat(verify().isSound()).isFalse();
    }

    /** The attack: records are removed as retention would, but nobody recorded that they were to go. */
    @Test
    void removingWithoutARecordIsFound() throws IOException {
        Path silent = temp.resolve("before");
        new Retention(new LogFolder(silent.resolve("log"))).removeBelow(removed);

        assertThat(LogVerifier.of(silent).provider(Signing.preferred()).verify().findings())
                .anyMatch(finding -> finding.what().contains("no record says that they were to go"));
    }

    @Test
    void aCrashHalfWayThroughLeavesASoundLogThatTheNextOpeningFinishes() throws IOException {
        Path first = dir.resolve("log/00000000000000000000.seg");
        Files.copy(temp.resolve("before/log/00000000000000000000.seg"), first);
        assertThat(verify().findings()).isEmpty();

        AuditLog.at(dir).segmentBytes(SEGMENT).open().close();

        assertThat(first).doesNotExist();
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void removingAgainGoesOnFromWhereItWas() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            Events.inOneBatch(log, 900);
            Instant late =
                    log.trail().orElseThrow().record(size + 600).orElseThrow().time();
            assertThat(log.removeBefore(late, "again").toCompletableFuture().join())
                    .isPositive();
            assertThat(log.removeBefore(Instant.EPOCH, "nothing is that old")
                            .toCompletableFuture()
                            .join())
                    .isZero();
            call(log, "last", "s");
        }
        assertThat(verify().findings()).isEmpty();
        assertThat(EvidenceVerifier.pinned(firstKey)
                        .verify(AuditReader.open(dir).prove("last"))
                        .findings())
                .isEmpty();
    }

    private VerificationReport verify() throws IOException {
        return LogVerifier.of(dir).provider(Signing.preferred()).verify();
    }

    private List<Path> segments() throws IOException {
        return new LogFolder(dir.resolve("log")).segments();
    }
}
