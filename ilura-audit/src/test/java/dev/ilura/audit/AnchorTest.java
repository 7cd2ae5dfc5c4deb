package dev.ilura.audit;

import static dev.ilura.audit.Events.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditRecord;
import dev.ilura.audit.verify.LogVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorTest {
    @TempDir
    Path temp;

    /** The attack: whoever owns the state directory puts back an earlier copy of all of it, checkpoint included. */
    @Test
    void aLogRolledBackToAnyEarlierCopyIsFoundByItsAnchor() throws IOException {
        Path dir = temp.resolve("state");
        Path elsewhere = temp.resolve("elsewhere");
        for (int day = 0; day < 4; day++) {
            try (AuditLog log =
                    AuditLog.at(dir).anchor(Anchor.directory(elsewhere)).open()) {
                call(log, "c" + day, "s");
            }
            RecoveryTest.copy(dir, temp.resolve("copy-" + day));
        }
        String note = note(elsewhere);

        assertThat(LogVerifier.of(dir).anchored(note).verify().findings()).isEmpty();
        assertThat(LogVerifier.of(dir).anchored(note).verify().unproven()).noneMatch(gap -> gap.contains("anchored"));
        for (int day = 0; day < 3; day++) {
            Path copy = temp.resolve("copy-" + day);
            assertThat(LogVerifier.of(copy).verify().isSound()).isTrue();
            assertThat(LogVerifier.of(copy).anchored(note).verify().isSound()).isFalse();
            assertThatThrownBy(() -> AuditLog.at(copy)
                            .anchor(Anchor.directory(elsewhere))
                            .open())
                    .hasMessageContaining("ILR-AUDIT-003")
                    .hasMessageContaining("the anchor directory counts 9");
        }
    }

    /** The attack: the real keys continue an earlier copy in another way. */
    @Test
    void aForkWithTheRealKeysIsFoundByItsAnchor() throws IOException {
        Path dir = temp.resolve("state");
        Path fork = temp.resolve("fork");
        Path elsewhere = temp.resolve("elsewhere");
        AuditLog.in(dir).close();
        RecoveryTest.copy(dir, fork);
        try (AuditLog log = AuditLog.at(dir).anchor(Anchor.directory(elsewhere)).open()) {
            call(log, "what happened", "s");
        }
        try (AuditLog log = AuditLog.in(fork)) {
            call(log, "what did not", "s");
            call(log, "happen", "s");
        }

        assertThat(LogVerifier.of(fork).verify().isSound()).isTrue();
        assertThat(LogVerifier.of(fork).anchored(note(elsewhere)).verify().isSound())
                .isFalse();
        assertThatThrownBy(() ->
                        AuditLog.at(fork).anchor(Anchor.directory(elsewhere)).open())
                .hasMessageContaining("ILR-AUDIT-004");
    }

    @Test
    void anAnchorThatFailsIsRecordedOnceAndHoldsUpNobody() {
        AtomicBoolean answers = new AtomicBoolean();
        Anchor anchor = new Anchor() {
            @Override
            public String name() {
                return "flaky";
            }

            @Override
            public void remember(String origin, String note) throws IOException {
                if (!answers.get()) {
                    throw new IOException("no route");
                }
            }

            @Override
            public Optional<String> newest(String origin) {
                return Optional.empty();
            }
        };
        try (AuditLog log = AuditLog.at(temp).anchor(anchor).open()) {
            call(log, "c", "s");
            await().until(() -> !records(log, "anchor").isEmpty());
            answers.set(true);
            call(log, "d", "s");
            await().until(() -> records(log, "anchor").size() == 2);

            assertThat(records(log, "anchor").get(0).text("why").orElseThrow()).contains("no route");
        }
    }

    private static List<AuditRecord> records(AuditLog log, String type) {
        return LongStream.range(0, log.trail().orElseThrow().size())
                .mapToObj(number -> log.trail().orElseThrow().record(number).orElseThrow())
                .filter(record -> record.type().equals(type))
                .toList();
    }

    private static String note(Path elsewhere) throws IOException {
        try (var files = Files.list(elsewhere)) {
            return Files.readString(files.findFirst().orElseThrow());
        }
    }
}
