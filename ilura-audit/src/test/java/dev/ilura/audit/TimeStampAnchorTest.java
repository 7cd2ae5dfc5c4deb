package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeStampAnchorTest {
    @TempDir
    Path dir;

    private LoopbackAuthority authority;

    @BeforeEach
    void start() throws Exception {
        authority = new LoopbackAuthority();
    }

    @AfterEach
    void stop() {
        authority.close();
    }

    @Test
    void aStampedLogIsAnchoredAtItsTime() throws IOException {
        stamped();

        VerificationReport without = LogVerifier.of(dir).verify();
        VerificationReport with =
                LogVerifier.of(dir).timeStamps(trusting()::time).verify();

        assertThat(without.findings()).isEmpty();
        assertThat(without.unproven()).anyMatch(gap -> gap.endsWith("since size 0"));
        assertThat(without.notes())
                .as("what was not checked is called so")
                .anyMatch(note ->
                        note.matches("anchors/(0*([0-9]+))\\.tsr is a time stamp over \\2 records that is present and"
                                + " not checked here, and counts for nothing; check it with: openssl ts -verify -data"
                                + " anchors/\\1\\.note -in anchors/\\1\\.tsr -CAfile AUTHORITY\\.pem"));
        assertThat(with.findings()).isEmpty();
        assertThat(with.notes())
                .anyMatch(note -> note.startsWith("a time stamping authority saw ")
                        && note.endsWith(" at " + LoopbackAuthority.NOW));
        assertThat(with.unproven()).noneMatch(gap -> gap.contains("not anchored"));
    }

    /** The attack: a stamp is put beside a log that it was not made for. */
    @Test
    void aStampOfAnotherLogIsFound() throws IOException {
        stamped();
        Path other = dir.resolve("other");
        AuditLog.in(other).close();
        RecoveryTest.copy(dir.resolve("log/anchors"), other.resolve("log/anchors"));

        assertThat(LogVerifier.of(other).timeStamps(trusting()::time).verify().findings())
                .anyMatch(finding -> finding.what().contains("that this log does not have"));
    }

    @Test
    void aTokenForAnotherTextIsRefused() {
        byte[] token = token("what was stamped");

        assertThatThrownBy(() -> trusting().time("what was not".getBytes(StandardCharsets.UTF_8), token))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("for another text");
    }

    @Test
    void aTokenOfAnAuthorityThatIsNotTrustedIsRefused() throws Exception {
        TimeStampTokens trusting = new TimeStampTokens(
                List.of(LoopbackAuthority.certificate(Signing.newP256(), KeyPurposeId.id_kp_timeStamping)));
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> trusting.time(text, token("text"))).isInstanceOf(IOException.class);
        assertThat(trusting().time(text, token("text"))).isEqualTo(LoopbackAuthority.NOW);
    }

    /** The attack: an old answer is given again. */
    @Test
    void anAnswerToAnotherRequestIsRefused() {
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        TimeStampTokens tokens = trusting();

        assertThatThrownBy(() -> tokens.request(text).requireAnswered(token("text")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not to the request");
    }

    @Test
    void everyChangedByteOfATokenIsFoundOrMeansTheSame() {
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        byte[] token = token("text");
        int accepted = 0;
        for (int at = 0; at < token.length; at++) {
            byte[] changed = token.clone();
            changed[at] ^= 0x10;
            try {
                assertThat(trusting().time(text, changed)).isEqualTo(LoopbackAuthority.NOW);
                accepted++;
            } catch (IOException refused) {
                // as it should be
            }
        }
        // Fields that no signature covers: the status, and what the certificate says twice.
        assertThat(accepted).isLessThan(token.length / 10);
    }

    private void stamped() {
        try (AuditLog log =
                AuditLog.at(dir).anchor(authority.anchor(authority.certificate)).open()) {
            call(log, "c", "s");
        }
        assertThat(dir.resolve("log/anchors"))
                .isDirectoryContaining(file -> file.toString().endsWith(".tsr"));
    }

    private TimeStampTokens trusting() {
        return new TimeStampTokens(List.of(authority.certificate));
    }

    private byte[] token(String text) {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        generator.setCertReq(true);
        try {
            byte[] digest = dev.ilura.audit.format.Sha256.of(text.getBytes(StandardCharsets.UTF_8));
            return authority.answer(generator
                    .generate(TSPAlgorithms.SHA256, digest, BigInteger.TEN)
                    .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void certificatesComeFromAPemFile() throws Exception {
        Path pem = dir.resolve("tsa.pem");
        Files.writeString(
                pem,
                "-----BEGIN CERTIFICATE-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(authority.certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");

        assertThat(TimeStampTokens.trusting(pem).time("text".getBytes(StandardCharsets.UTF_8), token("text")))
                .isEqualTo(LoopbackAuthority.NOW);
        Files.writeString(pem, "no certificate");
        assertThatThrownBy(() -> TimeStampTokens.trusting(pem)).isInstanceOf(IOException.class);
    }
}
