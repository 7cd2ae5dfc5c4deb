package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.outcome;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.IluraException;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.json.CanonicalJson;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    @TempDir
    Path dir;

    @Test
    void everyRecordCarriesTheHashOfTheOneBefore() {
        try (AuditLog log = AuditLog.in(dir)) {
            AuditReceipt first = write(log, dispatch("c1", "s"));
            write(log, outcome("c1", "s"));
            AuditTrail trail = log.trail().orElseThrow();

            AuditRecord second = trail.record(first.number() + 1).orElseThrow();

            assertThat(trail.record(first.number()).orElseThrow().hash()).isEqualTo(first.hash());
            assertThat(second.text("prev")).hasValue(base64Url(first.hash()));
            assertThat(second.json().bytes()).isEqualTo(CanonicalJson.of(second.json()));
        }
    }

    @Test
    void aClosedLogVerifiesAndGoesOn() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");
        }
        try (AuditLog log = AuditLog.in(dir)) {
            AuditReceipt next = write(log, decision("c2", "s"));
            assertThat(next.number()).isEqualTo(3);
        }

        VerificationReport report = LogVerifier.of(dir).verify();

        assertThat(report.findings()).isEmpty();
        assertThat(report.records()).isEqualTo(4);
        assertThat(report.signatures()).isEqualTo(report.batches()).isPositive();
        assertThat(report.unproven()).anyMatch(gap -> gap.contains("not anchored"));
    }

    @Test
    void aRunningLogVerifiesBesideItsWriter() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");

            assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
            assertThat(AuditReader.open(dir).ofCall("c1")).hasSize(2);
        }
    }

    @Test
    void aReaderSeesWhatIsAddedLater() {
        try (AuditLog log = AuditLog.in(dir)) {
            AuditReader reader = AuditReader.open(dir);
            assertThat(reader.size()).isEqualTo(1);

            call(log, "c1", "s");

            assertThat(reader.size()).isEqualTo(3);
            assertThat(reader.ofSession("s", 10)).extracting(AuditRecord::type).containsExactly("outcome", "dispatch");
        }
    }

    @Test
    void aTraceLeadsFromTheCauseToTheCall() {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "root", "s");
            write(log, dispatch("middle", "s", "root"));
            write(log, dispatch("leaf", "s", "middle"));
            write(log, outcome("leaf", "s"));
            AuditTrail trail = log.trail().orElseThrow();

            assertThat(trail.trace("leaf"))
                    .extracting(record -> record.text("call").orElseThrow() + " " + record.type())
                    .containsExactly(
                            "root dispatch", "root outcome", "middle dispatch", "leaf dispatch", "leaf outcome");
            AuditRecord leaf = trail.ofCall("leaf").get(0);
            assertThat(leaf.integer("parentSeq"))
                    .hasValue(trail.ofCall("middle").get(0).number());
            assertThat(trail.ofCall("leaf").get(1).integer("dispatchSeq")).hasValue(leaf.number());
        }
    }

    @Test
    void linksReachBackAcrossAReopening() {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "root", "s");
        }
        try (AuditLog log = AuditLog.in(dir)) {
            write(log, dispatch("child", "s", "root"));

            AuditRecord child = log.trail().orElseThrow().ofCall("child").get(0);

            assertThat(child.integer("parentSeq")).hasValue(2L);
            assertThat(child.integer("prevInSession")).hasValue(2L);
        }
    }

    @Test
    void payloadsAreNeverInTheRecords() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            write(log, dispatch("needle", "s"));
            AuditRecord record = log.trail().orElseThrow().ofCall("needle").get(0);
            assertThat(record.text("argsC").orElseThrow()).hasSize(43);
            assertThat(record.integer("argsBytes")).isPresent();
        }
        for (Path file : segments()) {
            assertThat(Files.readAllBytes(file)).asString().doesNotContain("/srv/docs/needle");
        }
    }

    @Test
    void equalPayloadsHaveDifferentCommitments() {
        try (AuditLog log = AuditLog.in(dir)) {
            write(log, dispatch("c", "s"));
            write(log, dispatch("c", "s"));

            assertThat(log.trail().orElseThrow().ofCall("c"))
                    .extracting(record -> record.text("argsC").orElseThrow())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aSecondWriterIsRefused() {
        try (AuditLog log = AuditLog.in(dir)) {
            assertThat(log.path()).isDirectory();
            assertThatThrownBy(() -> AuditLog.in(dir)).hasMessageContaining("ILR-AUDIT-001");
        }
        AuditLog.in(dir).close();
    }

    @Test
    void onlyTheOwnerMayReadLogAndKeys() throws IOException {
        AuditLog.in(dir).close();

        assertThat(mode(dir.resolve("log"))).isEqualTo("rwx------");
        assertThat(mode(dir.resolve("keys"))).isEqualTo("rwx------");
        assertThat(mode(dir.resolve("keys/audit.p12"))).isEqualTo("rw-------");
        for (Path segment : segments()) {
            assertThat(mode(segment)).isEqualTo("rw-------");
        }
    }

    @Test
    void aKeyFileThatOthersMayReadIsRefused() throws IOException {
        AuditLog.in(dir).close();
        Files.setPosixFilePermissions(dir.resolve("keys/audit.p12"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> AuditLog.in(dir))
                .hasMessageContaining("ILR-AUDIT-005")
                .hasMessageContaining("rw-r--r--");
    }

    @Test
    void aLogIsNotContinuedWithOtherKeys() throws IOException {
        AuditLog.in(dir).close();
        Files.delete(dir.resolve("keys/audit.p12"));

        assertThatThrownBy(() -> AuditLog.in(dir)).hasMessageContaining("ILR-AUDIT-005");
    }

    @Test
    void anEventThatCannotBeRecordedIsRefusedAndHarmsNothing() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            assertRefused(
                    log,
                    AuditEvent.of(AuditEvent.Type.DECISION)
                            .fact("why", "\uD800")
                            .build());
            assertRefused(
                    log, AuditEvent.of(AuditEvent.Type.DECISION).fact("seq", 1).build());
            assertRefused(
                    log,
                    AuditEvent.of(AuditEvent.Type.DECISION)
                            .fact("big", 1L << 53)
                            .build());
            assertRefused(
                    log, AuditEvent.of(AuditEvent.Type.DECISION).fact("a\"b", 1).build());
            assertRefused(
                    log,
                    AuditEvent.of(AuditEvent.Type.DECISION)
                            .fact("long", "x".repeat(60_000))
                            .build());
            write(log, decision("c", "s"));
        }
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    private static void assertRefused(AuditLog log, AuditEvent event) {
        assertThatThrownBy(() -> write(log, event))
                .hasCauseInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-AUDIT-006");
    }

    @Test
    void aClosedLogTakesNothing() {
        AuditLog log = AuditLog.in(dir);
        log.close();
        log.close();

        assertThatThrownBy(() -> write(log, decision("c", "s"))).hasMessageContaining("ILR-AUDIT-010");
    }

    @Test
    void aCallbackThatThrowsDoesNotStopTheLog() {
        try (AuditLog log = AuditLog.in(dir)) {
            log.append(decision("c", "s"), Acknowledgement.DURABLE).thenAccept(receipt -> {
                throw new AssertionError("a caller's mistake");
            });

            assertThat(write(log, decision("d", "s")).number()).isEqualTo(2);
        }
    }

    @Test
    void aCallbackMayCloseTheLog() {
        AuditLog log = AuditLog.in(dir);
        CompletableFuture<Void> closed = log.append(decision("c", "s"), Acknowledgement.DURABLE)
                .thenRun(log::close)
                .toCompletableFuture();
        closed.join();
        log.close();
    }

    @Test
    void manyThreadsGetNumbersWithoutGapsAndAllVerifies() throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try (AuditLog log = AuditLog.at(dir).segmentBytes(1 << 17).open()) {
            List<CompletableFuture<Long>> numbers = IntStream.range(0, 2_000)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                                    () -> log.append(decision("c" + i, "s" + i % 7), level(i)), pool)
                            .thenCompose(stage -> stage)
                            .thenApply(AuditReceipt::number))
                    .toList();
            assertThat(numbers.stream().map(CompletableFuture::join).sorted().toList())
                    .isEqualTo(IntStream.rangeClosed(1, 2_000)
                            .mapToObj(Long::valueOf)
                            .toList());
        } finally {
            pool.shutdown();
        }

        assertThat(segments()).hasSizeGreaterThan(3);
        VerificationReport report = LogVerifier.of(dir).verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.records()).isEqualTo(2_001);
        assertThat(AuditReader.open(dir).ofSession("s3", 5_000)).hasSize(286);
    }

    private static Acknowledgement level(int i) {
        return List.of(Acknowledgement.values()).get(i % 3);
    }

    @Test
    void eachRecordCanBeSignedByItself() throws IOException {
        try (AuditLog log = AuditLog.at(dir).signEachRecord().open()) {
            for (int i = 0; i < 50; i++) {
                log.append(decision("c" + i, "s"), Acknowledgement.QUEUED);
            }
        }

        VerificationReport report = LogVerifier.of(dir).verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.batches()).isEqualTo(report.records()).isEqualTo(51);
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(dir.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static String base64Url(String hex) {
        return java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.HexFormat.of().parseHex(hex));
    }
}
