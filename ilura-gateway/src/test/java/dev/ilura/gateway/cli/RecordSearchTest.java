package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditLog;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the index finds is what reading the whole log finds. */
class RecordSearchTest {
    private static final int CALLS = 300;

    @TempDir
    Path directory;

    private AuditLog log;
    private AuditTrail trail;

    @BeforeEach
    void write() {
        log = AuditLog.in(directory);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            for (AuditEvent.Type type : List.of(AuditEvent.Type.DISPATCH, AuditEvent.Type.OUTCOME)) {
                AuditEvent.Builder event = AuditEvent.of(type)
                        .fact("call", "c" + i)
                        .fact("session", "s" + i % 7)
                        .fact("server", i % 3 == 0 ? "files" : "bank")
                        .fact("tool", "t" + i % 5);
                if (type == AuditEvent.Type.DISPATCH) {
                    event.arguments(Arguments.of(Map.of("n", i)));
                }
                all.add(log.append(event.build(), Acknowledgement.WRITTEN).toCompletableFuture());
            }
        }
        all.forEach(CompletableFuture::join);
        trail = log.trail().orElseThrow();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void everyKeyFindsWhatReadingFindsWithoutReading() {
        String commitment = trail.ofCall("c17").get(0).text("argsC").orElseThrow();
        for (Map<String, String> wanted : List.of(
                Map.of("call", "c17"),
                Map.of("call", "none"),
                Map.of("session", "s3"),
                Map.of("tool", "t4"),
                Map.of("server", "files"),
                Map.of("server", "files", "tool", "t2"),
                Map.of("session", "s3", "type", "outcome"),
                Map.of("argsC", commitment),
                Map.of("tool", "none"))) {
            for (int limit : new int[] {1, 10, 1_000}) {
                AuditTrail asked = mock(AuditTrail.class, delegatesTo(trail));
                List<AuditRecord> found =
                        new RecordSearch(asked, wanted).newest(limit, record -> matches(record, wanted));
                assertThat(found).as(wanted + " " + limit).isEqualTo(byReading(wanted, limit));
                verify(asked, never()).record(anyLong());
            }
        }
    }

    @Test
    void timeAloneIsARangeOfNumbers() {
        AuditRecord from = trail.record(100).orElseThrow();
        AuditRecord to = trail.record(140).orElseThrow();

        List<AuditRecord> found = new RecordSearch(trail, Map.of())
                .between(from.time(), to.time())
                .newest(1_000, record -> true);

        assertThat(found)
                .allMatch(record ->
                        !record.time().isBefore(from.time()) && !record.time().isAfter(to.time()));
        assertThat(found).extracting(AuditRecord::number).contains(100L, 120L, 140L);
        assertThat(new RecordSearch(trail, Map.of("tool", "t0"))
                        .between(from.time(), to.time())
                        .newest(
                                1_000,
                                record ->
                                        record.text("tool").filter("t0"::equals).isPresent()))
                .isEqualTo(found.stream()
                        .filter(record ->
                                record.text("tool").filter("t0"::equals).isPresent())
                        .toList());
    }

    private List<AuditRecord> byReading(Map<String, String> wanted, int limit) {
        List<AuditRecord> all = new ArrayList<>();
        for (long number = 0; number < trail.size(); number++) {
            trail.record(number).filter(record -> matches(record, wanted)).ifPresent(all::add);
        }
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }

    private static boolean matches(AuditRecord record, Map<String, String> wanted) {
        return wanted.entrySet().stream()
                .allMatch(entry -> record.text(entry.getKey())
                        .filter(entry.getValue()::equals)
                        .isPresent());
    }
}
