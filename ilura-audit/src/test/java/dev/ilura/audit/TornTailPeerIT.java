package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditRecord;
import dev.ilura.audit.verify.LogVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The last batch cut, zeroed and garbled at its bytes, and its pages lost in every combination; each time the log is really
 * opened: nothing acknowledged is lost, nothing is invented, and a record says what was found. Every
 * 61st byte by default; {@code -Dilura.torn.step=1} for every single one.
 */
class TornTailPeerIT {
    private static final int STEP = Integer.getInteger("ilura.torn.step", 61);
    private static final int PAGE = 4_096;
    private static final long STANDING = 3;
    private static final Provider PROVIDER = Signing.preferred();
    /** So many openings get their keys from the key file; the others have them at hand, which is quicker. */
    private static final int FROM_FILE = 53;

    @TempDir
    Path temp;

    private Path dir;
    private Path segment;
    private Path opened;
    private byte[] whole;
    private int from;
    private long openings;
    private KeyFolder.Signers signers;

    @BeforeEach
    void aBatchThatNobodyWasTold() throws IOException {
        dir = temp.resolve("state");
        segment = dir.resolve("log/00000000000000000000.seg");
        opened = temp.resolve("opened");
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "acknowledged", "s");
        }
        byte[] checkpoint = Files.readAllBytes(dir.resolve("log/checkpoint"));
        from = (int) Files.size(segment);
        try (AuditLog log = AuditLog.in(dir)) {
            Events.inOneBatch(log, 6);
        }
        signers = new KeyFolder(dir.resolve("keys"), Optional.empty()).load().get(0);
        whole = Files.readAllBytes(segment);
        Events.overwrite(dir.resolve("log/checkpoint"), checkpoint);
    }

    @Test
    void cutAtEveryByte() throws IOException {
        for (int at = from + 1; at < whole.length; at += STEP) {
            check("cut at " + at, Arrays.copyOf(whole, at));
        }
    }

    @Test
    void zeroedFromEveryByte() throws IOException {
        for (int at = from + 1; at < whole.length; at += STEP) {
            byte[] changed = whole.clone();
            Arrays.fill(changed, at, changed.length, (byte) 0);
            check("zeroed from " + at, changed);
        }
    }

    @Test
    void garbledFromEveryByte() throws IOException {
        Random random = new Random(7);
        for (int at = from; at < whole.length; at += STEP) {
            byte[] changed = whole.clone();
            byte[] garbage = new byte[changed.length - at];
            random.nextBytes(garbage);
            System.arraycopy(garbage, 0, changed, at, garbage.length);
            changed[at] = (byte) ~whole[at];
            check("garbled from " + at, changed);
        }
    }

    @Test
    void pagesThatReachedTheDiskInAnyOrder() throws IOException {
        dir = temp.resolve("pages");
        segment = dir.resolve("log/00000000000000000000.seg");
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "acknowledged", "s");
        }
        byte[] checkpoint = Files.readAllBytes(dir.resolve("log/checkpoint"));
        from = (int) Files.size(segment);
        try (AuditLog log = AuditLog.in(dir)) {
            Events.inOneBatch(log, 60);
        }
        whole = Files.readAllBytes(segment);
        Events.overwrite(dir.resolve("log/checkpoint"), checkpoint);
        int pages = (whole.length - 1) / PAGE + 1;
        for (int missing = 1; missing < 1 << pages; missing++) {
            byte[] changed = whole.clone();
            for (int page = 0; page < pages; page++) {
                int start = Math.max(from, page * PAGE);
                int end = Math.min(whole.length, (page + 1) * PAGE);
                if ((missing >> page & 1) == 1 && start < end) {
                    Arrays.fill(changed, start, end, (byte) 0);
                }
            }
            check("missing pages " + Integer.toBinaryString(missing), changed);
        }
    }

    private AuditLog open() {
        AuditLog.Builder log = AuditLog.at(opened).segmentBytes(1 << 17);
        return openings % FROM_FILE == 1
                ? log.open()
                : log.signers(signers.ecdsa(), signers.ed25519()).open();
    }

    private void check(String what, byte[] damaged) throws IOException {
        if (openings++ == 0) {
            RecoveryTest.delete(opened);
            RecoveryTest.copy(dir, opened);
            signers =
                    new KeyFolder(dir.resolve("keys"), Optional.empty()).load().get(0);
        }
        RecoveryTest.delete(opened.resolve("log"));
        RecoveryTest.copy(dir.resolve("log"), opened.resolve("log"));
        Files.write(opened.resolve("log/00000000000000000000.seg"), damaged);
        int same = Arrays.mismatch(whole, 0, whole.length, damaged, 0, damaged.length);
        try (AuditLog log = open()) {
            long size = log.trail().orElseThrow().size();
            AuditRecord last = log.trail().orElseThrow().record(size - 1).orElseThrow();
            if (!Events.Whole.of(whole, from, damaged).isAll(damaged)) {
                assertThat(last.type()).as(what).isEqualTo("recovery");
                size--;
            }
            assertThat(size).as(what).isBetween(STANDING, STANDING + 66);
            for (long number = 0; number < size; number++) {
                AuditRecord record = log.trail().orElseThrow().record(number).orElseThrow();
                assertThat(contains(whole, record.json().bytes(), same))
                        .as(what)
                        .isTrue();
            }
        }
        assertThat(LogVerifier.of(opened)
                        .provider(PROVIDER)
                        .lastSignatureOnly()
                        .verify()
                        .findings())
                .as(what)
                .isEmpty();
    }

    /** Whether a record was written before the damage and not made up by it. */
    private static boolean contains(byte[] segment, byte[] record, int before) {
        String all = new String(
                segment, 0, before < 0 ? segment.length : before, java.nio.charset.StandardCharsets.ISO_8859_1);
        return all.contains(new String(record, java.nio.charset.StandardCharsets.ISO_8859_1));
    }
}
