package dev.ilura.audit;

import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.outcome;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditRecord;
import dev.ilura.audit.verify.LogVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadTest {
    private static final String SENT = "{\"path\":\"/srv/docs/needle\"}";

    @TempDir
    Path dir;

    @Test
    void whatWasSentCanBeReadBackAndHasTheCommitmentOfItsRecord() {
        keepNeedle("s");

        assertThat(args("needle")).isEqualTo(SENT);
    }

    @Test
    void keptPayloadsStandInNoFileInClear() throws IOException {
        keepNeedle("s");

        try (var files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("/srv/docs/needle");
            }
        }
    }

    @Test
    void shreddingASessionLeavesEveryProofValidAndOtherSessionsReadable() throws IOException {
        keepNeedle("s");
        try (AuditLog log = AuditLog.at(dir).keepPayloads().open()) {
            write(log, dispatch("other", "t"));
            write(log, outcome("other", "t"));
        }
        try (AuditLog log = AuditLog.in(dir)) {
            log.shredPayloads("s", "asked by the data subject")
                    .toCompletableFuture()
                    .join();
        }

        assertThat(args("needle")).isEqualTo("nothing");
        assertThat(args("other")).isEqualTo("{\"path\":\"/srv/docs/other\"}");
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
        assertThat(AuditReader.open(dir).ofSession("s", 1))
                .extracting(AuditRecord::type)
                .isEqualTo(List.of("redaction"));
        try (var keys = Files.list(dir.resolve("keys/payloads"))) {
            assertThat(keys).hasSize(1);
        }
    }

    @Test
    void aChangedPayloadIsNoPayload() throws IOException {
        keepNeedle("s");
        Path file = dir.resolve("log/00000000000000000000.pay");
        byte[] kept = Files.readAllBytes(file);
        for (int bit = 0; bit < kept.length * 8; bit++) {
            Events.overwrite(file, TamperTest.flip(kept, bit));
            assertThat(args("needle")).as("bit " + bit).isEqualTo("nothing");
        }
    }

    @Test
    void byDefaultPayloadsAreNotKept() {
        try (AuditLog log = AuditLog.in(dir)) {
            write(log, dispatch("needle", "s"));
        }

        assertThat(args("needle")).isEqualTo("nothing");
        assertThat(dir.resolve("keys/payloads")).doesNotExist();
    }

    private void keepNeedle(String session) {
        try (AuditLog log = AuditLog.at(dir).keepPayloads().open()) {
            write(log, dispatch("needle", session));
            write(log, outcome("needle", session));
        }
    }

    private String args(String call) {
        AuditRecord record = AuditReader.open(dir).ofCall(call).get(0);
        return AuditPayloads.of(dir)
                .read(record, "args")
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("nothing");
    }
}
