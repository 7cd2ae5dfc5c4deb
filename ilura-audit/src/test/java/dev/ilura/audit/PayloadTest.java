package dev.ilura.audit;

import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.outcome;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.AuditRecord;
import dev.ilura.audit.verify.LogVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Every subset of the sessions, each from a fresh copy: what was shredded is nowhere in the directory any more. */
    @Test
    void afterShreddingAnySubsetNoSaltOrValueIsLeftAndEveryProofHolds() throws IOException {
        List<String> sessions = List.of("s0", "s1", "s2", "s3");
        Path whole = dir.resolve("whole");
        try (AuditLog log = AuditLog.at(whole).hide("principal").keepPayloads().open()) {
            for (String session : sessions) {
                write(log, secret(session));
            }
        }
        Map<String, List<byte[]>> secrets = new HashMap<>();
        for (String session : sessions) {
            secrets.put(session, secretsOf(whole, session));
        }
        for (int subset = 0; subset < 1 << sessions.size(); subset++) {
            Path copy = dir.resolve("subset" + subset);
            RecoveryTest.copy(whole, copy);
            try (AuditLog log = AuditLog.in(copy)) {
                for (int i = 0; i < sessions.size(); i++) {
                    if ((subset >> i & 1) == 1) {
                        log.shredPayloads(sessions.get(i), "asked")
                                .toCompletableFuture()
                                .join();
                    }
                }
            }
            assertThat(LogVerifier.of(copy)
                            .provider(Signing.preferred())
                            .verify()
                            .findings())
                    .isEmpty();
            for (int i = 0; i < sessions.size(); i++) {
                boolean shredded = (subset >> i & 1) == 1;
                List<byte[]> left = secretsOf(copy, sessions.get(i));
                assertThat(left).as("subset " + subset + " " + i).hasSize(shredded ? 0 : 4);
                assertNowhere(copy, Objects.requireNonNull(secrets.get(sessions.get(i))));
            }
        }
    }

    private static AuditEvent secret(String session) {
        return AuditEvent.of(AuditEvent.Type.DISPATCH)
                .fact("call", "c-" + session)
                .fact("session", session)
                .fact("principal", "ada@" + session + ".example")
                .arguments(Arguments.of(Map.of("path", "/srv/needle/" + session)))
                .build();
    }

    /** Salts and values that the keys in a directory open. */
    private static List<byte[]> secretsOf(Path state, String session) throws IOException {
        PayloadKeys keys = new PayloadKeys(state.resolve("keys/payloads"), new SecureRandom());
        AuditRecord record = AuditReader.open(state).ofCall("c-" + session).get(0);
        byte[] file = Files.readAllBytes(state.resolve("log/00000000000000000000.pay"));
        int at = record.integer("payloadAt").orElseThrow().intValue();
        int length = ByteBuffer.wrap(file).getInt(at);
        byte[] sealed = Arrays.copyOfRange(file, at + 4 + 16, at + 4 + length);
        List<byte[]> secrets = new ArrayList<>();
        for (byte[] packed : keys.decrypt(PayloadKeys.id(PayloadScope.SESSION, session), sealed).stream()
                .toList()) {
            for (Payload payload : Payload.unpack(packed)) {
                secrets.add(payload.bytes());
                byte[] alone = Payload.pack(List.of(payload));
                int salt = 1 + payload.name().length();
                secrets.add(Arrays.copyOfRange(alone, salt, salt + 16));
            }
        }
        return secrets;
    }

    private static void assertNowhere(Path state, List<byte[]> secrets) throws IOException {
        try (var files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (byte[] secret : secrets) {
                    assertThat(content.contains(new String(secret, StandardCharsets.ISO_8859_1)))
                            .as(file.toString())
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aHiddenFactStandsAsACommitmentAndCanBeReadBack() {
        try (AuditLog log = AuditLog.at(dir).hide("principal").keepPayloads().open()) {
            write(log, secret("s"));
        }
        AuditRecord record = AuditReader.open(dir).ofCall("c-s").get(0);

        assertThat(record.text("principal")).isEmpty();
        assertThat(record.text("principalC").orElseThrow()).hasSize(43);
        assertThat(AuditPayloads.of(dir).read(record, "principal"))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .hasValue("ada@s.example");
        assertThatThrownBy(() -> AuditLog.at(dir).hide("call")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void underTheKeyOfASubjectAllItsSessionsAreShreddedAtOnce() throws IOException {
        try (AuditLog log = AuditLog.at(dir).keepPayloads(PayloadScope.SUBJECT).open()) {
            for (String session : List.of("s", "t")) {
                write(
                        log,
                        AuditEvent.of(AuditEvent.Type.DISPATCH)
                                .fact("call", "c-" + session)
                                .fact("session", session)
                                .fact("principal", session.equals("u") ? "bob" : "ada")
                                .arguments(Arguments.of(Map.of("path", "/srv/docs/needle")))
                                .build());
            }
            assertThat(args("c-s")).isEqualTo(SENT);
            log.shredPayloads(PayloadScope.SUBJECT, "ada", "asked by the data subject")
                    .toCompletableFuture()
                    .join();
        }
        assertThat(args("c-s")).isEqualTo("nothing");
        assertThat(args("c-t")).isEqualTo("nothing");
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
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
