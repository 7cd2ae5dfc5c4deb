package dev.ilura.audit;

import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.outcome;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditRecord;
import dev.ilura.audit.RecordKeys.Kind;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogIndexTest {
    private static final int SEGMENT = 1 << 17;
    /** Records of a sealed segment of the many that {@link #theNewestRecordOfEveryKeyIsFoundAcrossActiveKeysAndMergedRuns} fills. */
    private static final int SEALED = 1_250;

    @TempDir
    Path dir;

    private final LogIndex index = new LogIndex(IndexFolder.temporary());

    @Test
    void theNewestRecordOfEveryKeyIsFoundAcrossActiveKeysAndMergedRuns() throws IOException {
        Map<String, Long> newestOfCall = new HashMap<>();
        Map<String, Long> newestOfSession = new HashMap<>();
        String[] calls = new String[100_000];
        String[] sessions = new String[calls.length];
        Random random = new Random(3);
        for (int i = 0; i < calls.length; i++) {
            if (i % SEALED == 0 && i > 0) {
                index.seal(i - SEALED, state(i));
            }
            calls[i] = "call-" + random.nextInt(75_000);
            sessions[i] = "session-" + random.nextInt(100);
            Long call = newestOfCall.put(calls[i], (long) i);
            Long session = newestOfSession.put(sessions[i], (long) i);
            RecordKeys keys = new RecordKeys(index.seed())
                    .of(i, Objects.requireNonNullElse(call, -1L), Objects.requireNonNullElse(session, -1L));
            keys.put(Kind.CALL, calls[i]);
            keys.put(Kind.SESSION, sessions[i]);
            index.add(i / SEALED * (long) SEALED, i % SEALED * 3, keys);
        }

        newestOfCall.forEach((call, number) -> assertThat(
                        index.newest(Kind.CALL, call, candidate -> calls[(int) candidate].equals(call)))
                .isEqualTo(number));
        newestOfSession.forEach((session, number) -> assertThat(
                        index.newest(Kind.SESSION, session, candidate -> sessions[(int) candidate].equals(session)))
                .isEqualTo(number));
        assertThat(index.segmentOf(99_999).offsetOf(99_999)).isEqualTo((SEALED - 1) * 3);
        assertThat(index.segmentOf(23_456).first()).isEqualTo(22_500);
        assertThat(index.runs()).as("runs of 80 segments").isLessThanOrEqualTo(18);
    }

    private static SealedState state(long size) {
        dev.ilura.audit.format.MerkleTree tree = new dev.ilura.audit.format.MerkleTree();
        for (long i = 0; i < size; i++) {
            tree.add(new byte[32]);
        }
        return new SealedState(
                dev.ilura.audit.format.Bytes.zeros(16),
                tree,
                dev.ilura.audit.format.Bytes.zeros(32),
                0,
                0,
                0,
                List.of(),
                List.of());
    }

    @Test
    void aKeyThatIsNotThereOrWhoseRecordSaysOtherwiseIsNotFound() {
        RecordKeys keys = new RecordKeys(index.seed()).of(0, -1, -1);
        keys.put(Kind.CALL, "call");
        index.add(0, 0, keys);

        assertThat(index.newest(Kind.CALL, "other", number -> true)).isEqualTo(-1);
        assertThat(index.newest(Kind.SESSION, "call", number -> true)).isEqualTo(-1);
        assertThat(index.newest(Kind.CALL, "call", number -> false)).isEqualTo(-1);
        assertThat(index.newest(Kind.CALL, "call", number -> true)).isZero();
    }

    @Test
    void everyKeyFindsWhatReadingTheWholeLogFinds() {
        Map<String, List<Long>> byTool = new HashMap<>();
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            writeManySegments(log, byTool);
            assertFindsAll(log.trail().orElseThrow(), byTool);
        }
        assertThat(segments()).isGreaterThan(10);
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            assertFindsAll(log.trail().orElseThrow(), byTool);
        }
        assertFindsAll(AuditReader.open(dir), byTool);
    }

    private static void writeManySegments(AuditLog log, Map<String, List<Long>> byTool) {
        List<CompletableFuture<?>> written = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String tool = "tool-" + i % 7;
            var event = Events.event(dev.ilura.AuditEvent.Type.DISPATCH, "c" + i, "s" + i % 5, parent(i))
                    .fact("tool", tool)
                    .arguments(dev.ilura.Arguments.of(Map.of("n", i)))
                    .build();
            CompletableFuture<Void> receipt = log.append(event, Acknowledgement.WRITTEN)
                    .thenAccept(word -> byTool.computeIfAbsent(tool, name -> new ArrayList<>())
                            .add(0, word.number()))
                    .toCompletableFuture();
            written.add(receipt);
            written.add(log.append(outcome("c" + i, "s" + i % 5), Acknowledgement.WRITTEN)
                    .toCompletableFuture());
        }
        written.forEach(CompletableFuture::join);
    }

    private static @org.jspecify.annotations.Nullable String parent(int call) {
        return call % 10 == 0 ? null : "c" + (call - 1);
    }

    private static void assertFindsAll(AuditTrail trail, Map<String, List<Long>> byTool) {
        byTool.forEach((tool, numbers) -> assertThat(trail.by(AuditTrail.Key.TOOL, tool, 10_000))
                .extracting(AuditRecord::number)
                .isEqualTo(numbers));
        assertThat(trail.by(AuditTrail.Key.SERVER, "files", 3))
                .extracting(record -> record.text("call").orElseThrow())
                .containsExactly("c1999", "c1998", "c1997");
        AuditRecord some = trail.ofCall("c777").get(0);
        assertThat(trail.by(AuditTrail.Key.ARGUMENTS, some.text("argsC").orElseThrow(), 9))
                .containsExactly(some);
        assertThat(trail.trace("c777")).hasSize(16);
        assertThat(trail.effects("c777"))
                .extracting(record -> record.text("call").orElseThrow())
                .containsExactly("c778", "c778", "c779", "c779");
        assertThat(trail.effects("c779")).isEmpty();
        assertThat(trail.since(some.time())).isLessThanOrEqualTo(some.number());
        assertThat(trail.record(trail.since(some.time())).orElseThrow().time()).isEqualTo(some.time());
    }

    private long segments() {
        try (var files = Files.list(dir.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".seg")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The index is never evidence: whatever somebody does to it, the log opens, answers rightly and mends it. */
    @Test
    void aChangedOrMissingIndexHealsAndChangesNoAnswer() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            writeManySegments(log, new HashMap<>());
        }
        List<Path> files;
        try (var all = Files.list(dir.resolve("log/index"))) {
            files = all.sorted().toList();
        }
        assertThat(files.stream().map(file -> file.toString().replaceAll(".*\\.", "")))
                .contains("keys", "places");
        Random random = new Random(11);
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            Events.overwrite(file, TamperTest.flip(sound, random.nextInt(sound.length * 8)));
            assertAnswers(file + " changed");
            Files.deleteIfExists(file);
            assertAnswers(file + " missing");
        }
        assertThat(LogVerifier.of(dir).provider(Signing.preferred()).verify().findings())
                .isEmpty();
    }

    private void assertAnswers(String what) {
        Set<String> calls = new HashSet<>();
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            AuditTrail trail = log.trail().orElseThrow();
            for (int call = 0; call < 2_000; call += 97) {
                calls.add("c" + call);
                assertThat(trail.ofCall("c" + call)).as(what + ", call " + call).hasSize(2);
            }
            assertThat(trail.size()).isEqualTo(4_001);
        }
        assertThat(calls).hasSize(21);
    }

    /** Places that became wrong while the log is open are found out by the record that stands there, and mended. */
    @Test
    void wrongPlacesAreFoundOutOnUse() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            writeManySegments(log, new HashMap<>());
        }
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            Path places = dir.resolve("log/index/00000000000000000000.places");
            byte[] garbled = Files.readAllBytes(places);
            for (int at = 20; at < 20 + 40; at++) {
                garbled[at] ^= 0x15;
            }
            try (var file = java.nio.channels.FileChannel.open(places, java.nio.file.StandardOpenOption.WRITE)) {
                file.write(java.nio.ByteBuffer.wrap(garbled), 0);
            }

            assertThat(log.trail().orElseThrow().record(3).orElseThrow().number())
                    .isEqualTo(3);
            assertThat(log.trail().orElseThrow().record(3).orElseThrow().integer("seq"))
                    .hasValue(3L);
        }
    }

    @Test
    void openingPassesOverCompleteSegments() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            writeManySegments(log, new HashMap<>());
            write(log, dispatch("open", "s"));
            Events.inOneBatch(log, 400);
        }
        LogFolderProbe probe = new LogFolderProbe(dir);
        assertThat(probe.recordsReadAtOpening()).isLessThan(1_000);

        try (AuditLog log = AuditLog.at(dir).segmentBytes(SEGMENT).open()) {
            assertThat(log.trail().orElseThrow().ofCall("open"))
                    .extracting(record -> record.text("outcome"))
                    .containsExactly(Optional.empty(), Optional.of("unknown"));
            write(log, decision("later", "s"));
        }
        assertThat(LogVerifier.of(dir).provider(Signing.preferred()).verify().findings())
                .isEmpty();
    }

    /** How much of a log an opening reads. */
    private static final class LogFolderProbe {
        private final dev.ilura.audit.format.LogFolder folder;

        LogFolderProbe(Path dir) {
            this.folder = new dev.ilura.audit.format.LogFolder(dir.resolve("log"));
        }

        long recordsReadAtOpening() throws IOException {
            IndexFolder kept = IndexFolder.reading(folder.index());
            LogIndex index = new LogIndex(kept);
            dev.ilura.audit.format.LogScan scan = new dev.ilura.audit.format.LogScan(folder);
            new IndexLoad(folder, kept, index).resume(scan, new Standing(), Long.MAX_VALUE);
            long passedOver = scan.size();
            scan.advance(new dev.ilura.audit.format.LogScan.Visitor() {
                @Override
                public void record(dev.ilura.audit.format.LogScan.RecordAt at) {
                    // only counted by the scan
                }

                @Override
                public void batch(dev.ilura.audit.format.Trailer trailer) {
                    // only counted by the scan
                }
            });
            return scan.size() - passedOver;
        }
    }
}
