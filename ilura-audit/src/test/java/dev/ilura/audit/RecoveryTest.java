package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static dev.ilura.audit.Events.decision;
import static dev.ilura.audit.Events.dispatch;
import static dev.ilura.audit.Events.outcome;
import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.AuditEvent;
import dev.ilura.AuditRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.verify.EvidenceVerifier;
import dev.ilura.audit.verify.LogVerifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log does about what a crash, or somebody, did to its files while nobody was writing. */
class RecoveryTest {
    private static final String FIRST_SEGMENT = "log/00000000000000000000.seg";

    @TempDir
    Path temp;

    Path dir;

    @BeforeEach
    void name() {
        dir = temp.resolve("state");
    }

    @Test
    void aCallWithoutOutcomeIsClosedAsUnknown() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "whole", "s");
            write(log, dispatch("open", "s"));
        }
        try (AuditLog log = AuditLog.in(dir)) {
            List<AuditRecord> records = log.trail().orElseThrow().ofCall("open");

            assertThat(records).extracting(AuditRecord::type).containsExactly("dispatch", "outcome");
            assertThat(records.get(1).text("outcome")).hasValue("unknown");
            assertThat(records.get(1).text("tool")).hasValue("read_text_file");
            assertThat(records.get(1).integer("dispatchSeq"))
                    .hasValue(records.get(0).number());
            AuditRecord recovery = log.trail()
                    .orElseThrow()
                    .record(records.get(1).number() - 1)
                    .orElseThrow();
            assertThat(recovery.type()).isEqualTo("recovery");
            assertThat(recovery.integer("openCalls")).hasValue(1L);
        }
        AuditLog.in(dir).close();
        assertThat(LogVerifier.of(dir).verify().records()).isEqualTo(6);
    }

    /** Also where the question stands in a segment that is not read again. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1_200})
    void aQuestionThatNobodyAnsweredIsRecordedAsExpired(int later) throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(1 << 17).open()) {
            write(log, question("asked"));
            write(log, question("answered"));
            write(
                    log,
                    Events.event(AuditEvent.Type.APPROVAL, "answered", "s", null)
                            .fact("answer", "no")
                            .build());
            Events.inOneBatch(log, later);
        }
        assertThat(segments().size() > 1).isEqualTo(later > 0);
        try (AuditLog log = AuditLog.in(dir)) {
            List<AuditRecord> records = log.trail().orElseThrow().ofCall("asked");

            assertThat(records).extracting(AuditRecord::type).containsExactly("decision", "approval");
            AuditRecord end = records.get(1);
            assertThat(end.text("answer")).hasValue("expired");
            assertThat(end.text("code")).hasValue("ILR-ASK-010");
            assertThat(end.text("approvalId")).hasValue("a-asked");
            assertThat(end.text("ticket")).hasValue("t-asked");
            assertThat(end.integer("decisionSeq")).hasValue(records.get(0).number());
            assertThat(log.trail().orElseThrow().ofCall("answered")).hasSize(2);
        }
        AuditReader reader = AuditReader.open(dir);
        assertThat(EvidenceVerifier.trustingTheBundlesKeys()
                        .verify(reader.prove("asked"))
                        .findings())
                .isEmpty();
        long size = reader.size();
        AuditLog.in(dir).close();
        assertThat(AuditReader.open(dir).size())
                .as("it expires once, and no second gateway has anything to recover")
                .isEqualTo(size);
    }

    static AuditEvent question(String call) {
        return Events.event(AuditEvent.Type.DECISION, call, "s", null)
                .fact("decision", "ask")
                .fact("approvalId", "a-" + call)
                .fact("ticket", "t-" + call)
                .build();
    }

    @Test
    void aLogThatEndedInGoodOrderGetsNoRecoveryRecord() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c", "s");
        }
        AuditLog.in(dir).close();

        assertThat(LogVerifier.of(dir).verify().records()).isEqualTo(3);
    }

    /** What stands is decided by reading alone, so every byte can be tried; opening is tried at every 211th. */
    @Test
    void whereverTheLastBatchIsCutAcknowledgedRecordsStandAndNoneIsInvented() throws IOException {
        Tail tail = tailOfOneBatch(12);
        for (int at = tail.from; at < tail.to; at++) {
            int cut = at;
            check("cut at " + at, tail, bytes -> Arrays.fill(bytes, cut, bytes.length, (byte) 0));
        }
    }

    @Test
    void whereverTheLastBatchIsGarbledAcknowledgedRecordsStandAndNoneIsInvented() throws IOException {
        Tail tail = tailOfOneBatch(12);
        Random random = new Random(7);
        for (int at = tail.from; at < tail.to; at++) {
            int start = at;
            check("garbled from " + at, tail, bytes -> {
                byte[] garbage = new byte[tail.to - start];
                random.nextBytes(garbage);
                garbage[0] = (byte) ~bytes[start];
                System.arraycopy(garbage, 0, bytes, start, garbage.length);
            });
        }
    }

    @Test
    void pagesThatNeverReachedTheDiskCostNoAcknowledgedRecord() throws IOException {
        Tail tail = tailOfOneBatch(60);
        int pages = (tail.to - 1) / 4096 + 1;
        for (int lost = 1; lost < 1 << pages; lost++) {
            int set = lost;
            check("lost pages " + Integer.toBinaryString(lost), tail, bytes -> {
                for (int page = 0; page < pages; page++) {
                    int from = Math.max(tail.from, page * 4096);
                    int to = Math.min(tail.to, (page + 1) * 4096);
                    if ((set >> page & 1) == 1 && from < to) {
                        Arrays.fill(bytes, from, to, (byte) 0);
                    }
                }
            });
        }
    }

    /** A state directory whose log ends with one batch that no checkpoint knows of. */
    private static final class Tail {
        final int from;
        final int to;
        final byte[] segment;

        Tail(int from, byte[] segment) {
            this.from = from;
            this.to = segment.length;
            this.segment = segment;
        }
    }

    private Tail tailOfOneBatch(int records) throws IOException {
        Path before = temp.resolve("before");
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "acknowledged", "s");
        }
        copy(dir, before);
        int from = (int) Files.size(dir.resolve(FIRST_SEGMENT));
        try (AuditLog log = AuditLog.in(dir)) {
            Events.inOneBatch(log, records);
        }
        byte[] segment = Files.readAllBytes(dir.resolve(FIRST_SEGMENT));
        Files.copy(
                before.resolve("log/checkpoint"), dir.resolve("log/checkpoint"), StandardCopyOption.REPLACE_EXISTING);
        return new Tail(from, segment);
    }

    private interface Damage {
        void to(byte[] segment);
    }

    private int checks;

    private void check(String what, Tail tail, Damage damage) throws IOException {
        byte[] bytes = Arrays.copyOf(tail.segment, tail.to + 4096);
        damage.to(bytes);
        Events.Whole whole = Events.Whole.of(tail.segment, tail.from, bytes);
        Events.overwrite(dir.resolve(FIRST_SEGMENT), bytes);

        IndexFolder none = IndexFolder.temporary();
        Recovery recovery = Recovery.read(new LogFolder(dir.resolve("log")), none, new LogIndex(none), List.of());

        assertThat(recovery.scan().size()).as(what).isEqualTo(3 + whole.records());
        assertThat(recovery.isShorter()).as(what).isFalse();
        if (checks++ % 211 == 0) {
            checkOpening(what, whole.isAll(bytes));
        }
    }

    private void checkOpening(String what, boolean nothingThere) throws IOException {
        Path copy = temp.resolve("torn");
        delete(copy);
        copy(dir, copy);
        long stood;
        try (AuditLog log = AuditLog.in(copy)) {
            assertThat(log.trail().orElseThrow().ofCall("acknowledged"))
                    .as(what)
                    .hasSize(2);
            stood = log.trail().orElseThrow().size() - (nothingThere ? 0 : 1);
            write(log, decision("after", "s"));
        }
        assertThat(LogVerifier.of(copy).verify().findings()).as(what).isEmpty();
        if (!nothingThere) {
            AuditRecord recovery = AuditReader.open(copy).record(stood).orElseThrow();
            assertThat(recovery.type()).as(what).isEqualTo("recovery");
            Path torn =
                    copy.resolve("log/torn").resolve(recovery.text("tornFile").orElseThrow());
            assertThat(Files.size(torn))
                    .as(what)
                    .isEqualTo(recovery.integer("tornBytes").orElseThrow());
        }
    }

    @Test
    void aLogShorterThanItsCheckpointIsNotOpened() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");
        }
        long size = Files.size(dir.resolve(FIRST_SEGMENT));
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c2", "s");
        }
        truncate(dir.resolve(FIRST_SEGMENT), size);

        assertThatThrownBy(() -> AuditLog.in(dir))
                .hasMessageContaining("ILR-AUDIT-003")
                .hasMessageContaining("holds 3 records");
        assertThat(LogVerifier.of(dir).verify().findings())
                .anyMatch(finding -> finding.toString().startsWith("record 3: the checkpoint counts 5 records"));
    }

    @Test
    void theOperatorsWordOpensAShorterLogAndIsRecorded() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");
        }
        long size = Files.size(dir.resolve(FIRST_SEGMENT));
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c2", "s");
        }
        truncate(dir.resolve(FIRST_SEGMENT), size);

        try (AuditLog log =
                AuditLog.at(dir).acceptLossOfRecords("disk replaced, Ada").open()) {
            AuditRecord recovery = log.trail().orElseThrow().record(3).orElseThrow();
            assertThat(recovery.text("lossAccepted")).hasValue("disk replaced, Ada");
            assertThat(recovery.integer("checkpointSize")).hasValue(5L);
        }
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    @Test
    void aLogWithoutItsCheckpointIsNotOpened() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");
        }
        Files.delete(dir.resolve("log/checkpoint"));

        assertThatThrownBy(() -> AuditLog.in(dir)).hasMessageContaining("ILR-AUDIT-003");
    }

    @Test
    void aMissingSegmentIsNotTakenForATornTail() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(1 << 17).open()) {
            Events.inOneBatch(log, 2_000);
        }
        List<Path> segments = segments();
        Files.delete(segments.get(1));

        assertThatThrownBy(() -> AuditLog.in(dir)).hasMessageContaining("ILR-AUDIT-003");
    }

    @Test
    void aCheckpointOfAnotherHistoryIsNotOpened() throws IOException {
        try (AuditLog log = AuditLog.in(dir)) {
            call(log, "c1", "s");
        }
        String note = Files.readString(dir.resolve("log/checkpoint"));
        String root = note.lines().toList().get(2);
        String other = (root.startsWith("A") ? "B" : "A") + root.substring(1);
        Files.writeString(dir.resolve("log/checkpoint"), note.replace(root, other));

        assertThatThrownBy(() -> AuditLog.in(dir)).hasMessageContaining("ILR-AUDIT-004");
    }

    @Test
    void aWriterThatDiedBetweenTwoSegmentsLeavesALogThatGoesOn() throws IOException {
        try (AuditLog log = AuditLog.at(dir).segmentBytes(1 << 17).open()) {
            Events.inOneBatch(log, 400);
            Events.inOneBatch(log, 400);
        }
        List<Path> segments = segments();
        Path last = segments.get(segments.size() - 1);
        long head = 8 + 58;
        truncate(last, head);
        Files.delete(dir.resolve("log/checkpoint"));

        try (AuditLog log = AuditLog.at(dir).acceptLossOfRecords("test").open()) {
            write(log, outcome("c", "s"));
        }
        assertThat(LogVerifier.of(dir).verify().findings()).isEmpty();
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(dir.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
            channel.write(ByteBuffer.allocate(0), size);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
