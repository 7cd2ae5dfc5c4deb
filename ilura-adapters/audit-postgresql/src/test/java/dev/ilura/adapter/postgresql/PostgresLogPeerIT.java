package dev.ilura.adapter.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditReader;
import dev.ilura.audit.verify.EvidenceVerifier;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresLogPeerIT {
    @TempDir
    private Path temp;

    private PostgresServer server;

    @BeforeEach
    void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void theOrdinaryVerifierAcceptsTheExportedLogAndItsEvidence() throws Exception {
        try (PostgresAuditLog log = builder("a").open()) {
            for (int i = 0; i < 300; i++) {
                append(log, AuditEvent.Type.DISPATCH, "call " + i);
                append(log, AuditEvent.Type.OUTCOME, "call " + i);
            }
            log.export(temp.resolve("out"));
            AuditTrail trail = log.trail().orElseThrow();

            assertThat(report("out").findings()).isEmpty();
            assertThat(report("out").records()).isEqualTo(601);
            AuditReader exported = AuditReader.open(temp.resolve("out"));
            assertThat(LongStream.range(0, 601)
                            .mapToObj(number -> exported.record(number).orElseThrow()))
                    .isEqualTo(LongStream.range(0, 601)
                            .mapToObj(number -> trail.record(number).orElseThrow())
                            .toList());
            assertThat(EvidenceVerifier.trustingTheBundlesKeys()
                            .verify(exported.prove("call 17"))
                            .findings())
                    .isEmpty();
        }
    }

    @Test
    void recordsLinkToWhatStandsBeforeThem() throws Exception {
        try (PostgresAuditLog log = builder("a").open()) {
            append(log, AuditEvent.Type.DECISION, "c");
        }
        try (PostgresAuditLog log = builder("a").open()) {
            AuditReceipt dispatch = append(log, AuditEvent.Type.DISPATCH, "c");
            AuditReceipt outcome = append(log, AuditEvent.Type.OUTCOME, "c");
            AuditRecord last =
                    log.trail().orElseThrow().record(outcome.number()).orElseThrow();

            assertThat(last.integer("prevInCall")).contains(dispatch.number());
            assertThat(last.integer("dispatchSeq")).contains(dispatch.number());
            assertThat(last.integer("decisionSeq")).contains(1L);
            assertThat(last.integer("prevInSession")).contains(dispatch.number());
            assertThat(log.ofTool("files", "read", 2))
                    .extracting(AuditRecord::number)
                    .containsExactly(3L, 2L);
            assertThat(log.trail().orElseThrow().ofSession("s", 2))
                    .extracting(AuditRecord::number)
                    .containsExactly(3L, 2L);
        }
    }

    /** A call that was under way when the gateway died ends as unknown, and the chain goes on. */
    @Test
    void aCrashedGatewaysCallsEndAsUnknown() throws Exception {
        PostgresAuditLog log = builder("a").open();
        append(log, AuditEvent.Type.DISPATCH, "crashed");
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()");

        Awaitility.await().ignoreExceptions().until(() -> {
            try (PostgresAuditLog next = builder("a").open()) {
                assertThat(next.trail().orElseThrow().ofCall("crashed"))
                        .last()
                        .extracting(record -> record.text("outcome").orElse(""))
                        .isEqualTo("unknown");
                next.export(temp.resolve("out"));
            }
            return true;
        });
        assertThat(report("out").findings()).isEmpty();
        assertThatThrownBy(() -> append(log, AuditEvent.Type.OUTCOME, "crashed"))
                .hasMessageContaining("ILR-AUDIT-009");
        log.close();
    }

    @Test
    void aSecondWriterIsRefused() {
        try (PostgresAuditLog log = builder("a").open()) {
            assertThatThrownBy(() -> builder("a").open()).hasMessageContaining("ILR-AUDIT-001");
            builder("b").open().close();
            assertThat(log.head()).startsWith("1:");
        }
    }

    /** The server dies in the middle of batches: what was acknowledged is there, nothing else came in, the chain verifies. */
    @Test
    void noAcknowledgedRecordIsLostWhenTheServerIsKilled() throws Exception {
        Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        int rounds = 5;
        for (int round = 0; round < rounds; round++) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger sent = new AtomicInteger();
            PostgresAuditLog log = builder("a").patience(Duration.ofMillis(1)).open();
            int enough = acknowledged.size() + 200 + 37 * round;
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                String name = round + "-" + t + "-";
                threads.add(new Thread(() -> appendUntil(log, name, over, sent, acknowledged)));
            }
            threads.forEach(Thread::start);
            Awaitility.await().until(() -> acknowledged.size() > enough);
            server.kill();
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            log.close();
            server.up();
        }
        try (PostgresAuditLog log = builder("a").open()) {
            log.export(temp.resolve("out"));
        }

        assertThat(report("out").findings()).isEmpty();
        AuditReader exported = AuditReader.open(temp.resolve("out"));
        acknowledged.forEach((number, hash) ->
                assertThat(exported.record(number).orElseThrow().hash()).isEqualTo(hash));
        System.out.println("postgresql: " + rounds + " kills, " + acknowledged.size() + " acknowledged, 0 lost");
    }

    private static void appendUntil(
            PostgresAuditLog log, String name, AtomicBoolean over, AtomicInteger sent, Map<Long, String> acknowledged) {
        while (!over.get()) {
            try {
                AuditReceipt receipt = append(log, AuditEvent.Type.DECISION, name + sent.incrementAndGet());
                acknowledged.put(receipt.number(), receipt.hash());
            } catch (Exception lost) {
                return;
            }
        }
    }

    /** A server that comes back in time costs no record and no caller an error. */
    @Test
    void aShortAbsenceOfTheServerIsWaitedOut() throws Exception {
        try (PostgresAuditLog log =
                builder("a").patience(Duration.ofSeconds(30)).open()) {
            append(log, AuditEvent.Type.DECISION, "before");
            server.kill();
            CompletableFuture<AuditReceipt> during = log.append(
                            event(AuditEvent.Type.DECISION, "during"), Acknowledgement.DURABLE)
                    .toCompletableFuture();
            assertThat(during).isNotDone();
            server.up();

            assertThat(during.get(30, TimeUnit.SECONDS).number()).isEqualTo(2);
            log.export(temp.resolve("out"));
        }
        assertThat(report("out").findings()).isEmpty();
    }

    /** The attack: whoever owns the database changes, removes or cuts. */
    @Test
    void whatIsChangedInTheTablesIsFound() throws Exception {
        try (PostgresAuditLog log = builder("a").open()) {
            for (int i = 0; i < 5; i++) {
                append(log, AuditEvent.Type.DECISION, "call " + i);
            }
        }
        List<String> attacks = List.of(
                "UPDATE ilura_record SET body = overlay(body PLACING '\\x31' FROM 40) WHERE seq = 3",
                "DELETE FROM ilura_record WHERE seq = 2",
                "UPDATE ilura_batch SET trailer = overlay(trailer PLACING '\\x00' FROM 60) WHERE size = 4",
                "UPDATE ilura_log SET keys = replace(keys, '+', '-')",
                "UPDATE ilura_log SET note = replace(note, '6', '5')");
        int nr = 0;
        for (String attack : attacks) {
            server.execute("CREATE TABLE IF NOT EXISTS r AS TABLE ilura_record; CREATE TABLE IF NOT EXISTS b AS TABLE"
                    + " ilura_batch; CREATE TABLE IF NOT EXISTS l AS TABLE ilura_log");
            server.execute(attack);
            Path out = temp.resolve("out" + nr++);
            exportUnopened(out);
            assertThat(LogVerifier.of(out).verify().isSound()).as(attack).isFalse();
            server.execute("TRUNCATE ilura_record, ilura_batch, ilura_log; INSERT INTO ilura_log TABLE l;"
                    + " INSERT INTO ilura_record TABLE r; INSERT INTO ilura_batch TABLE b");
        }
        exportUnopened(temp.resolve("good"));
        assertThat(report("good").findings()).isEmpty();
        server.execute("UPDATE ilura_log SET size = size - 1");
        assertThatThrownBy(() -> builder("a").open()).isInstanceOf(RuntimeException.class);
    }

    /** Through another gateway's handle, which reads tables and signs nothing. */
    private void exportUnopened(Path out) throws Exception {
        try (PostgresAuditLog other = builder("other").open()) {
            other.exportOf("a", out);
        }
    }

    /** The attack: a log is rewritten whole with its own keys; the other log remembers it. */
    @Test
    void logsOfOneDatabaseRememberEachOther() throws Exception {
        try (PostgresAuditLog a = builder("a").open()) {
            append(a, AuditEvent.Type.DECISION, "what happened");
            a.export(temp.resolve("before"));
        }
        builder("b").anchorOthersEvery(Duration.ofMillis(1)).open().close();
        try (PostgresAuditLog b = builder("b").open()) {
            b.export(temp.resolve("b"));
        }
        String note = LongStream.range(0, AuditReader.open(temp.resolve("b")).size())
                .mapToObj(n -> AuditReader.open(temp.resolve("b")).record(n).orElseThrow())
                .filter(record -> record.type().equals("anchor"))
                .flatMap(record -> record.text("note").stream())
                .findFirst()
                .orElseThrow();

        assertThat(report("b").findings()).isEmpty();
        assertThat(LogVerifier.of(temp.resolve("before"))
                        .anchored(note)
                        .verify()
                        .unproven())
                .noneMatch(gap -> gap.contains("not anchored"));
        server.execute("DELETE FROM ilura_batch; DELETE FROM ilura_record; DELETE FROM ilura_log");
        try (PostgresAuditLog forged = builder("a").open()) {
            append(forged, AuditEvent.Type.DECISION, "what did not");
            forged.export(temp.resolve("forged"));
        }
        assertThat(report("forged").findings()).isEmpty();
        assertThat(LogVerifier.of(temp.resolve("forged"))
                        .anchored(note)
                        .verify()
                        .isSound())
                .isFalse();
    }

    private VerificationReport report(String name) throws IOException {
        return LogVerifier.of(temp.resolve(name)).verify();
    }

    private PostgresAuditLog.Builder builder(String gateway) {
        return PostgresAuditLog.in(server.source(), gateway, temp.resolve("keys-" + gateway));
    }

    private static AuditReceipt append(PostgresAuditLog log, AuditEvent.Type type, String call)
            throws InterruptedException, ExecutionException, TimeoutException {
        return log.append(event(type, call), Acknowledgement.DURABLE)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    private static AuditEvent event(AuditEvent.Type type, String call) {
        return AuditEvent.of(type)
                .fact("call", call)
                .fact("session", "s")
                .fact("server", "files")
                .fact("tool", "read")
                .build();
    }
}
