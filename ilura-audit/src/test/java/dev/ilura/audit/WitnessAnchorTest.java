package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.ProofVerifier;
import dev.ilura.audit.verify.VerificationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessAnchorTest {
    @TempDir
    Path temp;

    private LoopbackWitness witness;

    @BeforeEach
    void start() throws Exception {
        witness = new LoopbackWitness();
    }

    @AfterEach
    void stop() {
        witness.close();
    }

    @Test
    void whatAWitnessCosignedIsAnchored() throws IOException {
        Path dir = witnessed("state", 1, 2, 3, 7, 20);

        VerificationReport without = LogVerifier.of(dir).verify();
        VerificationReport with =
                LogVerifier.of(dir).witness(witness.key.line()).verify();

        assertThat(without.findings()).isEmpty();
        assertThat(without.unproven()).anyMatch(gap -> gap.endsWith("since size 0"));
        assertThat(without.notes()).anyMatch(note -> note.contains("counts only with the key"));
        assertThat(with.findings()).isEmpty();
        assertThat(with.unproven())
                .noneMatch(gap -> gap.contains("not anchored"))
                .anyMatch(gap -> gap.startsWith("that no later records were cut off"));
        assertThat(with.notes()).anyMatch(note -> note.startsWith("the witness witness.example/w1 saw "));
    }

    /** A client that does not know what the witness saw is told so, and catches up with a proof from there. */
    @Test
    void aConflictIsAnsweredWithAProofFromWhatTheWitnessHas() throws IOException {
        Path dir = witnessed("state", 5);
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "late", "s");
        }
        witness.answers.clear();

        LogFolder folder = new LogFolder(dir.resolve("log"));
        String note = Files.readString(folder.checkpoint());
        witness.anchor().remember(new Submissions(folder, keys(dir).get(0).name()).of(note));

        assertThat(witness.answers).containsExactly(409, 200);
    }

    /** The attack: whoever owns the directory and the keys goes back to an earlier copy, anchors' gifts included. */
    @Test
    void aRolledBackLogIsNotOpened() throws IOException {
        Path dir = witnessed("state", 2);
        Path copy = temp.resolve("copy");
        RecoveryTest.copy(dir, copy);
        write(dir, 3);

        assertThat(LogVerifier.of(copy).witness(witness.key.line()).verify().isSound())
                .isTrue();
        assertThatThrownBy(() -> AuditLog.at(copy).anchor(witness.anchor()).open())
                .hasMessageContaining("ILR-AUDIT-003")
                .hasMessageContaining("witness.example/w1");
    }

    /** The attack: the real keys continue an earlier copy, and the witness does not serve what it saw. */
    @Test
    void aForkWithTheRealKeysIsRefusedByTheWitnessAndRecorded() throws IOException {
        witness.silent = true;
        Path dir = witnessed("state", 1);
        Path fork = temp.resolve("fork");
        RecoveryTest.copy(dir, fork);
        write(dir, 2);

        try (AuditLog log = AuditLog.at(fork).anchor(witness.anchor()).open()) {
            for (int i = 0; i < 9; i++) {
                call(log, "forked " + i, "s");
            }
            await().until(() -> !anchorRecords(log).isEmpty());
            assertThat(anchorRecords(log).get(0).text("why").orElseThrow())
                    .containsAnyOf("was cut, rolled back or forked", "was rewritten or forked");
        }
        assertThat(witness.answers).contains(409);
    }

    /** The same attack, told from outside: of two continuations the witness cosigns one, and whoever asks it sees which. */
    @Test
    void ofTwoForksWithTheRealKeysTheWitnessCosignsOneAndVerifyRefusesTheOther() throws IOException {
        Path dir = witnessed("state", 1);
        Path fork = temp.resolve("fork");
        RecoveryTest.copy(dir, fork);
        write(dir, 2);
        try (AuditLog log = AuditLog.in(fork)) {
            for (int i = 0; i < 9; i++) {
                call(log, "forked " + i, "s");
            }
        }
        String origin = keys(dir).get(0).name();
        String cosigned = Objects.requireNonNull(witness.cosigned.get(origin));
        witness.answers.clear();

        LogFolder forked = new LogFolder(fork.resolve("log"));
        Anchor anchor = witness.anchor();
        Submission offer = new Submissions(forked, origin).of(Files.readString(forked.checkpoint()));
        assertThatThrownBy(() -> anchor.remember(offer))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(".*(cut, rolled back or forked|rewritten or forked).*");
        assertThat(witness.answers).isNotEmpty().doesNotContain(200);
        assertThat(witness.cosigned.get(origin)).isEqualTo(cosigned);

        assertThat(LogVerifier.of(dir).anchored(cosigned).verify().findings()).isEmpty();
        assertThat(LogVerifier.of(fork).verify().findings())
                .as("by itself a fork with the real keys is sound")
                .isEmpty();
        assertThat(LogVerifier.of(fork).anchored(cosigned).verify().findings())
                .anyMatch(finding -> finding.what().contains("an anchor remembers another history"));
        Path kept = fork.resolve("log/anchors/witness-" + witness.key.idHex() + ".cosigned");
        Events.overwrite(kept, cosigned.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(LogVerifier.of(fork).witness(witness.key.line()).verify().findings())
                .anyMatch(finding -> finding.what().contains("that this log does not have, or has in another history"));
    }

    @Test
    void aWitnessThatDoesNotKnowTheLogIsRecorded() throws IOException {
        try (AuditLog log =
                AuditLog.at(temp.resolve("new")).anchor(witness.anchor()).open()) {
            call(log, "c", "s");
            await().until(() -> !anchorRecords(log).isEmpty());

            assertThat(anchorRecords(log).get(0).text("why")).contains("it does not know this log (404)");
        }
    }

    @Test
    void changedBitsOfACosignedCheckpointAreFound() throws IOException {
        Path dir = witnessed("state", 2);
        Path file = dir.resolve("log/anchors/witness-" + witness.key.idHex() + ".cosigned");
        byte[] good = Files.readAllBytes(file);

        for (int bit = 0; bit < good.length * 8; bit += 37) {
            Events.overwrite(file, TamperTest.flip(good, bit));
            VerificationReport report =
                    LogVerifier.of(dir).witness(witness.key.line()).verify();
            boolean uncounted = report.unproven().stream().anyMatch(gap -> gap.endsWith("since size 0"));
            assertThat(!report.isSound() || uncounted).as("bit " + bit).isTrue();
        }
    }

    @Test
    void theProofOfOneRecordCarriesTheCosignature() throws IOException {
        Path dir = witnessed("state", 6);
        List<String> keys = keys(dir).stream().map(LogKey::line).toList();
        String proof = AuditReader.open(dir).proof(3);
        ProofVerifier verifier = new ProofVerifier(keys, List.of(witness.key.line()));

        assertThat(verifier.verify(proof).findings()).isEmpty();
        assertThat(verifier.verify(proof).statements())
                .singleElement()
                .asString()
                .contains("saw");
        // a sample; EvidencePeerIT changes each character
        for (int at = 0; at < proof.length(); at += 5) {
            String changed = proof.substring(0, at) + (char) (proof.charAt(at) ^ 1) + proof.substring(at + 1);
            assertThat(verifier.verify(changed).isSound()).as("character " + at).isFalse();
        }
    }

    /** A log that the witness knows, opened and closed with so many calls each time. */
    private Path witnessed(String name, int... calls) throws IOException {
        Path dir = temp.resolve(name);
        AuditLog.in(dir).close();
        witness.trust(keys(dir).get(1));
        for (int count : calls) {
            write(dir, count);
        }
        return dir;
    }

    private void write(Path dir, int calls) {
        try (AuditLog log = AuditLog.at(dir).anchor(witness.anchor()).open()) {
            for (int i = 0; i < calls; i++) {
                call(log, "call " + i, "s");
            }
        }
    }

    private static List<LogKey> keys(Path dir) throws IOException {
        return Files.readAllLines(dir.resolve("log/keys")).stream()
                .map(LogKey::parse)
                .toList();
    }

    private static List<AuditRecord> anchorRecords(AuditLog log) {
        return LongStream.range(0, log.trail().orElseThrow().size())
                .mapToObj(number -> log.trail().orElseThrow().record(number).orElseThrow())
                .filter(record -> record.type().equals("anchor"))
                .toList();
    }
}
