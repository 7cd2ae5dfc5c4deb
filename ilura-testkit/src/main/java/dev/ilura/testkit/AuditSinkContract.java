package dev.ilura.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the gate relies on in every {@link AuditSink}. Extend it and open your own. */
public abstract class AuditSinkContract {
    private static final long PATIENCE_SECONDS = 30;
    private static final int MANY = 200;

    /** For subclasses. */
    protected AuditSinkContract() {}

    /** A sink that holds nothing yet. The test closes it. */
    protected abstract AuditSink open() throws Exception;

    @Test
    void everyLevelIsAcknowledged() throws Exception {
        try (AuditSink sink = open()) {
            for (Acknowledgement level : Acknowledgement.values()) {
                AuditReceipt receipt = word(sink.append(dispatch("call-" + level, "none"), level));
                assertFalse(receipt.hash().isEmpty(), "a receipt names the record's hash");
            }
        }
    }

    @Test
    void numbersFollowTheOrderOfAppendsWithoutGaps() throws Exception {
        try (AuditSink sink = open()) {
            List<CompletionStage<AuditReceipt>> words = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                words.add(sink.append(dispatch("call-" + i, "none"), Acknowledgement.WRITTEN));
            }
            long first = word(words.get(0)).number();
            for (int i = 0; i < MANY; i++) {
                assertEquals(first + i, word(words.get(i)).number(), "number of append " + i);
            }
        }
    }

    @Test
    void appendsFromManyThreadsLoseNothing() throws Exception {
        try (AuditSink sink = open()) {
            List<CompletableFuture<AuditReceipt>> words = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                String call = "call-" + i;
                words.add(CompletableFuture.supplyAsync(
                                () -> sink.append(dispatch(call, "none"), Acknowledgement.WRITTEN))
                        .thenCompose(stage -> stage));
            }
            Set<Long> numbers = new TreeSet<>();
            for (CompletableFuture<AuditReceipt> word : words) {
                numbers.add(word(word).number());
            }
            assertEquals(MANY, numbers.size(), "every record has a number of its own");
        }
    }

    @Test
    void whatWasAcknowledgedCanBeRead() throws Exception {
        try (AuditSink sink = open()) {
            AuditReceipt receipt = word(sink.append(dispatch("call-1", "none"), Acknowledgement.DURABLE));
            Optional<AuditTrail> trail = sink.trail();
            if (trail.isPresent()) {
                AuditRecord record = trail.get().record(receipt.number()).orElseThrow();
                assertEquals(receipt.hash(), record.hash());
                assertEquals("dispatch", record.type());
                assertEquals(Optional.of("files"), record.text("server"));
                assertEquals(List.of(record), trail.get().ofCall("call-1"));
                assertTrue(trail.get().size() > receipt.number(), "the size counts every record");
            }
        }
    }

    @Test
    void aTraceBeginsWithTheCause() throws Exception {
        try (AuditSink sink = open()) {
            word(sink.append(dispatch("cause", "none"), Acknowledgement.WRITTEN));
            word(sink.append(dispatch("effect", "cause"), Acknowledgement.WRITTEN));
            word(sink.append(dispatch("other", "none"), Acknowledgement.WRITTEN));
            sink.trail()
                    .ifPresent(trail -> assertEquals(
                            List.of("cause", "effect"),
                            trail.trace("effect").stream()
                                    .map(record -> record.text("call").orElse(""))
                                    .toList()));
        }
    }

    @Test
    void effectsAreWhatACallLedTo() throws Exception {
        try (AuditSink sink = open()) {
            word(sink.append(dispatch("cause", "none"), Acknowledgement.WRITTEN));
            word(sink.append(dispatch("effect", "cause"), Acknowledgement.WRITTEN));
            word(sink.append(dispatch("other", "none"), Acknowledgement.WRITTEN));
            word(sink.append(dispatch("further", "effect"), Acknowledgement.WRITTEN));
            sink.trail().ifPresent(trail -> {
                assertEquals(List.of("effect", "further"), calls(trail.effects("cause")));
                assertEquals(List.of(), trail.effects("other"));
                assertEquals(List.of(), trail.effects("nobody"));
            });
        }
    }

    @Test
    void recordsAreFoundByWhatTheyAreAboutNewestFirst() throws Exception {
        try (AuditSink sink = open()) {
            for (String call : List.of("a", "b", "c")) {
                word(sink.append(dispatch(call, "none"), Acknowledgement.WRITTEN));
            }
            sink.trail().ifPresent(trail -> {
                assertEquals(List.of("c", "b"), calls(trail.by(AuditTrail.Key.TOOL, "read", 2)));
                assertEquals(List.of("c", "b", "a"), calls(trail.by(AuditTrail.Key.SERVER, "files", 9)));
                assertEquals(List.of(), trail.by(AuditTrail.Key.SERVER, "nobody", 9));
                assertEquals(trail.oldest(), trail.since(java.time.Instant.EPOCH));
                assertEquals(trail.size(), trail.since(java.time.Instant.MAX));
            });
        }
    }

    private static List<String> calls(List<AuditRecord> records) {
        return records.stream().map(record -> record.text("call").orElse("")).toList();
    }

    @Test
    void circularCausesEnd() throws Exception {
        try (AuditSink sink = open()) {
            word(sink.append(dispatch("a", "b"), Acknowledgement.WRITTEN));
            word(sink.append(dispatch("b", "a"), Acknowledgement.WRITTEN));
            sink.trail().ifPresent(trail -> assertFalse(trail.trace("a").isEmpty()));
        }
    }

    @Test
    void anUnknownCallHasNoTrace() throws Exception {
        try (AuditSink sink = open()) {
            sink.trail().ifPresent(trail -> {
                assertEquals(List.of(), trail.trace("nobody"));
                assertEquals(List.of(), trail.ofCall("nobody"));
                assertEquals(Optional.empty(), trail.record(1L << 40));
                assertEquals(Optional.empty(), trail.record(-1));
            });
        }
    }

    @Test
    void aClosedSinkRefuses() throws Exception {
        AuditSink sink = open();
        sink.close();
        assertThrows(
                ExecutionException.class,
                () -> word(sink.append(dispatch("late", "none"), Acknowledgement.QUEUED)),
                "an append after the end must fail, or the gate would act without a record");
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        AuditSink sink = open();
        sink.close();
        sink.close();
    }

    private static AuditEvent dispatch(String call, String cause) {
        ToolCall of = ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", "read"))))
                .id(call)
                .cause(cause.equals("none") ? null : cause)
                .arguments(Arguments.of(Map.of("path", "/srv/docs/a.md")))
                .build();
        return AuditEvent.of(AuditEvent.Type.DISPATCH, of)
                .fact("decision", "allow")
                .arguments(of.arguments())
                .build();
    }

    private static AuditReceipt word(CompletionStage<AuditReceipt> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
