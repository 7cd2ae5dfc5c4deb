package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.AuditLog;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bar of long work: on standard error, before a person, and taken away at the end. It goes by records, not by time. */
class ProgressTest {
    private static final String CLEARED = "\r\u001b[K";

    @TempDir
    Path state;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aLongVerifyShowsABarOnATerminalAndTakesItAway() {
        log(10_500);

        assertThat(verify(true)).isZero();

        String[] shown = err.toString(StandardCharsets.UTF_8).split(Pattern.quote(CLEARED), -1);
        assertThat(List.of(shown))
                .containsExactly(
                        "",
                        "[------------------------------]   0 %  0 of 10,501 records",
                        "[############################--]  95 %  10,000 of 10,501 records",
                        "");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("sound").doesNotContain("[", "\r");
    }

    @Test
    void whereNobodySitsNothingIsShown() {
        log(1);

        assertThat(verify(false)).isZero();

        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("sound").doesNotContain("\r");
    }

    @Test
    void theBarIsNeverLongerThanItsPlace() {
        Screen screen = screen(true);

        screen.progress(5, 0, "records");
        screen.progress(3_000, 2_000, "records");
        screen.progressEnds();

        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(CLEARED + "[------------------------------] 5 of 0 records" + CLEARED
                        + "[##############################] 100 %  3,000 of 2,000 records" + CLEARED);
    }

    private void log(int records) {
        try (AuditLog log = AuditLog.in(state)) {
            CompletableFuture<?>[] all = IntStream.range(0, records)
                    .mapToObj(i -> log.append(
                                    AuditEvent.of(AuditEvent.Type.NOTE)
                                            .fact("why", "filling")
                                            .build(),
                                    Acknowledgement.QUEUED)
                            .toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).join();
        }
    }

    private int verify(boolean person) {
        return Ilura.run(screen(person), "audit", "verify", "--state", state.toString());
    }

    private Screen screen(boolean person) {
        return new Screen(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                person);
    }
}
