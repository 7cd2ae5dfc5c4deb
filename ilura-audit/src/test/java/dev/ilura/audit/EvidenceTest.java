package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.audit.verify.EvidenceReport;
import dev.ilura.audit.verify.EvidenceVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
    @TempDir
    Path dir;

    private final EvidenceVerifier verifier = EvidenceVerifier.trustingTheBundlesKeys();

    @Test
    void aDeniedAnAllowedAndACrashedCallAreProvenWithoutTheLog() {
        try (AuditLog log = AuditLog.in(dir)) {
            write(log, decision("denied", "s"));
            call(log, "allowed", "s");
            write(log, dispatch("crashed", "s", "allowed"));
        }
        AuditLog.in(dir).close();
        AuditReader reader = AuditReader.open(dir);

        for (String call : List.of("denied", "allowed", "crashed")) {
            EvidenceReport report = verifier.verify(reader.prove(call));
            assertThat(report.findings()).as(call).isEmpty();
            assertThat(report.records()).as(call).anyMatch(record -> record.contains("\"call\":\"" + call + "\""));
        }
        assertThat(verifier.verify(reader.prove("crashed")).records())
                .hasSize(6)
                .anyMatch(record -> record.contains("\"type\":\"recovery\""))
                .last()
                .asString()
                .contains("\"outcome\":\"unknown\"");
    }

    @Test
    void changedBitsAnywhereInABundleAreFound() {
        byte[] bundle = bundle().getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < bundle.length * 8; bit += 11) {
            String changed = new String(TamperTest.flip(bundle, bit), StandardCharsets.UTF_8);
            assertThat(verifier.verify(changed).isSound()).as("bit " + bit).isFalse();
        }
    }

    @Test
    void aBundleOfAnotherLogIsRefusedByAPinnedKey() throws IOException {
        String bundle = bundle();
        LogKey key = LogKey.parse(Files.readAllLines(dir.resolve("log/keys")).get(0));

        assertThat(EvidenceVerifier.pinned(key.fingerprint()).verify(bundle).isSound())
                .isTrue();
        assertThat(EvidenceVerifier.pinned(key.line()).verify(bundle).isSound()).isTrue();
        assertThat(EvidenceVerifier.pinned("00").verify(bundle).isSound()).isFalse();
    }

    @Test
    void aCallThatIsNotInTheLogCannotBeProven() {
        AuditLog.in(dir).close();

        assertThatThrownBy(() -> AuditReader.open(dir).prove("nobody")).hasMessageContaining("ILR-AUDIT-011");
    }

    private String bundle() {
        try (AuditLog log = AuditLog.in(dir)) {
            write(log, decision("denied", "s"));
        }
        return AuditReader.open(dir).prove("denied");
    }

    @Test
    void proofsOfEveryRecordInTreesOfEverySizeLeadToTheRoot() {
        List<byte[]> leaves = new ArrayList<>();
        MerkleTree tree = new MerkleTree();
        for (int size = 1; size <= 70; size++) {
            byte[] leaf = new dev.ilura.audit.format.Sha256().leaf(new byte[] {(byte) size}, 0, 1);
            leaves.add(leaf);
            tree.add(leaf);
            for (int number = 0; number < size; number++) {
                InclusionProof proof = new InclusionProof(number, size);
                for (int i = 0; i < size; i++) {
                    proof.add(i, leaves.get(i));
                }
                assertThat(InclusionProof.root(number, size, leaves.get(number), proof.hashes()))
                        .isEqualTo(tree.root());
                List<Bytes> longer = new ArrayList<>(proof.hashes());
                longer.add(tree.root());
                int place = number;
                int all = size;
                assertThatThrownBy(() -> InclusionProof.root(place, all, leaves.get(place), longer))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
