package dev.ilura.audit;

import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.audit.format.Frame;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes a closed log of about a hundred records as somebody without its keys could, and asks the verifier. */
class TamperTest {
    @TempDir
    Path temp;

    private Path dir;
    private Path segment;
    private byte[] sound;

    @BeforeEach
    void write100Records() throws IOException {
        dir = temp.resolve("state");
        try (AuditLog log = AuditLog.in(dir)) {
            for (int batch = 0; batch < 10; batch++) {
                Events.inOneBatch(log, 10);
            }
        }
        segment = dir.resolve("log/00000000000000000000.seg");
        sound = Files.readAllBytes(segment);
        assertThat(verify().findings()).isEmpty();
    }

    /** A sample; {@code BitFlipPeerIT} tries every bit with {@code -Dilura.flip.step=1}. */
    @Test
    void changedBitsOfCheckpointAndKeyListAreFound() throws IOException {
        dir = temp.resolve("small");
        AuditLog.in(dir).close();
        for (String name : List.of("checkpoint", "keys")) {
            Path file = dir.resolve("log").resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int bit = 0; bit < whole.length * 8; bit += 7) {
                Events.overwrite(file, flip(whole, bit));
                assertThat(LogVerifier.of(dir)
                                .provider(Signing.preferred())
                                .lastSignatureOnly()
                                .verify()
                                .isSound())
                        .as(name + " bit " + bit)
                        .isFalse();
            }
            Events.overwrite(file, whole);
        }
    }

    /** A sample, through the whole verifier; {@code BitFlipTest} tries every bit of a larger log. */
    @Test
    void changedBitsOfTheSegmentAreFoundAndTheRecordIsNamed() throws IOException {
        List<int[]> frames = frames(sound);
        for (int bit = 0; bit < sound.length * 8; bit += 1_009) {
            Events.overwrite(segment, flip(sound, bit));
            VerificationReport report = verify();
            assertThat(report.isSound()).as("bit " + bit).isFalse();
            assertThat(report.findings().get(0).record()).as("bit " + bit).hasValue(recordAt(frames, bit / 8));
        }
    }

    /** The attack: an editor who knows the format and repairs the checksum. */
    @Test
    void aRecordChangedWithItsChecksumRepairedIsFound() throws IOException {
        for (int[] frame : frames(sound)) {
            byte[] changed = sound.clone();
            changed[frame[1] - 9] ^= 1;
            Frame.putHeader(changed, frame[0], frame[1]);
            Events.overwrite(segment, changed);
            assertThat(verify().isSound()).as("frame at " + frame[0]).isFalse();
        }
    }

    @Test
    void bytesBehindTheEndAreReported() throws IOException {
        byte[] longer = Arrays.copyOf(sound, sound.length + 4096);
        for (int bit = sound.length * 8; bit < longer.length * 8; bit += 397) {
            Events.overwrite(segment, flip(longer, bit));
            VerificationReport report = verify();
            assertThat(report.isSound() && report.notes().isEmpty())
                    .as("bit " + bit)
                    .isFalse();
        }
    }

    @Test
    void aRecordThatIsRemovedDoubledSwappedOrInsertedIsFound() throws IOException {
        List<byte[]> frames = frames(sound).stream()
                .map(frame -> Arrays.copyOfRange(sound, frame[0], frame[1]))
                .toList();
        for (int i = 1; i < frames.size() - 1; i++) {
            int at = i;
            if (frames.get(i)[8] == Frame.RECORD) {
                assertFound("removed " + i, frames, list -> without(list, at));
            }
            assertFound("doubled " + i, frames, list -> with(list, at, list.get(at)));
            assertFound("swapped " + i, frames, list -> swapped(list, at));
            assertFound("inserted at " + i, frames, list -> with(list, at, list.get(list.size() - 2)));
        }
    }

    @Test
    void aLogCutAnywhereIsFoundByItsCheckpoint() throws IOException {
        for (int[] frame : frames(sound)) {
            Events.overwrite(segment, Arrays.copyOf(sound, frame[0]));
            assertThat(verify().isSound()).as("cut at " + frame[0]).isFalse();
        }
    }

    @Test
    void twoLogsSplicedAreFound() throws IOException {
        Path other = temp.resolve("other");
        try (AuditLog log = AuditLog.in(other)) {
            for (int batch = 0; batch < 10; batch++) {
                Events.inOneBatch(log, 10);
            }
        }
        byte[] foreign = Files.readAllBytes(other.resolve("log/00000000000000000000.seg"));
        int half = frames(sound).get(60)[0];
        int theirs = frames(foreign).get(60)[0];
        ByteArrayOutputStream spliced = new ByteArrayOutputStream();
        spliced.write(sound, 0, half);
        spliced.write(foreign, theirs, foreign.length - theirs);

        Events.overwrite(segment, spliced.toByteArray());

        assertThat(verify().isSound()).isFalse();
    }

    @Test
    void aWholeLogReplacedByAnotherIsFoundByAPinnedKey() throws IOException {
        String key = verify().keys().get(0);
        Path other = temp.resolve("other");
        try (AuditLog log = AuditLog.in(other)) {
            write(log, decision("forged", "s"));
        }

        assertThat(LogVerifier.of(other).verify().isSound()).isTrue();
        assertThat(LogVerifier.of(other).verify().unproven()).anyMatch(gap -> gap.contains("none was pinned"));
        assertThat(LogVerifier.of(other).pinned(key).verify().isSound()).isFalse();
        assertThat(LogVerifier.of(dir).pinned(key).verify().isSound()).isTrue();
    }

    @Test
    void aSignatureThatIsNotOfThisBatchIsFound() throws IOException {
        List<byte[]> frames = new ArrayList<>(frames(sound).stream()
                .map(frame -> Arrays.copyOfRange(sound, frame[0], frame[1]))
                .toList());
        List<Integer> trailers = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            if (frames.get(i)[8] == 'T') {
                trailers.add(i);
            }
        }
        byte[] first = frames.get(trailers.get(1)).clone();
        byte[] second = frames.get(trailers.get(2));
        System.arraycopy(second, 8 + 42, first, 8 + 42, 68);
        Frame.putHeader(first, 0, first.length);
        frames.set(trailers.get(1), first);

        Events.overwrite(segment, joined(frames));

        assertThat(verify().findings()).anyMatch(finding -> finding.what().contains("signature"));
    }

    @Test
    void whatRecoveryKeptAsideCannotBeChanged() throws IOException {
        Events.overwrite(segment, concat(sound, new byte[] {0, 0, 2, 0, 1}));
        AuditLog.in(dir).close();
        assertThat(verify().findings()).isEmpty();
        Path torn = dir.resolve("log/torn/101.torn");
        byte[] kept = Files.readAllBytes(torn);

        Events.overwrite(torn, flip(kept, 9));

        assertThat(verify().findings()).anyMatch(finding -> finding.what().contains("101.torn"));
    }

    @Test
    void aChangedIndexChangesNothing() throws IOException {
        Random random = new Random(5);
        try (var files = Files.list(dir.resolve("log/index"))) {
            for (Path file : files.toList()) {
                byte[] garbage = new byte[(int) Files.size(file)];
                random.nextBytes(garbage);
                Events.overwrite(file, garbage);
            }
        }
        assertThat(verify().findings()).isEmpty();
        try (AuditLog log = AuditLog.in(dir)) {
            assertThat(log.trail().orElseThrow().ofCall("late-3")).hasSize(10);
        }
    }

    private interface Change extends UnaryOperator<List<byte[]>> {}

    private void assertFound(String what, List<byte[]> frames, Change change) throws IOException {
        byte[] changed = joined(change.apply(new ArrayList<>(frames)));
        if (!Arrays.equals(changed, sound)) {
            Events.overwrite(segment, changed);
            assertThat(verify().isSound()).as(what).isFalse();
        }
    }

    private static List<byte[]> without(List<byte[]> list, int at) {
        list.remove(at);
        return list;
    }

    private static List<byte[]> with(List<byte[]> list, int at, byte[] frame) {
        list.add(at, frame);
        return list;
    }

    private static List<byte[]> swapped(List<byte[]> list, int at) {
        Collections.swap(list, at, at + 1);
        return list;
    }

    private VerificationReport verify() throws IOException {
        return LogVerifier.of(dir).provider(Signing.preferred()).verify();
    }

    static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        return flipped;
    }

    /** Start and end of every frame. */
    static List<int[]> frames(byte[] segment) {
        List<int[]> frames = new ArrayList<>();
        int at = 0;
        while (at < segment.length) {
            int end = at + 8 + ByteBuffer.wrap(segment).getInt(at);
            frames.add(new int[] {at, end});
            at = end;
        }
        return frames;
    }

    /** The number of the first record that a change at this byte concerns. */
    private long recordAt(List<int[]> frames, int at) {
        long number = 0;
        for (int[] frame : frames) {
            if (at < frame[1]) {
                return number;
            }
            number += sound[frame[0] + 8] == '{' ? 1 : 0;
        }
        return number;
    }

    private static byte[] joined(List<byte[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        frames.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return joined(List.of(first, second));
    }
}
