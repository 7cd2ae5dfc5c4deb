package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.internal.TicketText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at a real pseudo-terminal (util-linux {@code script}), while standard input and output carry something else. */
class TerminalPeerIT {
    @TempDir
    private Path directory;

    private @Nullable Process script;

    @AfterEach
    void end() {
        if (script != null) {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
    }

    @Test
    void yAtTheTerminalApproves() throws Exception {
        start(RiskLane.MEDIUM, 60);
        type("y");

        assertThat(answer())
                .isEqualTo("Approved " + ticket(RiskLane.MEDIUM, 60).call().id());
    }

    @Test
    void codeAndReasonAtTheTerminalApproveHigh() throws Exception {
        start(RiskLane.HIGH, 60);
        String screen = Files.readString(screen(), StandardCharsets.UTF_8);
        type(screen.substring(screen.lastIndexOf("Type ") + 5).substring(0, 4));
        await().until(() -> Files.readString(screen(), StandardCharsets.UTF_8).contains("Why may this happen?"));
        type("weekly report for finance");

        assertThat(answer()).startsWith("Approved");
    }

    @Test
    void somethingElseAtTheTerminalDenies() throws Exception {
        start(RiskLane.MEDIUM, 60);
        type("sure");

        assertThat(answer()).startsWith("Refused");
    }

    @Test
    void aSilentTerminalHoldsTheCallNoLongerThanItsTicket() throws Exception {
        start(RiskLane.MEDIUM, 3);

        assertThat(answer()).startsWith("Unanswered");
    }

    @Test
    void aProcessWithoutTerminalIsNotApproved() throws Exception {
        script = new ProcessBuilder("sh", "-c", "exec setsid " + probe(RiskLane.MEDIUM, 60) + " </dev/null").start();

        assertThat(answer()).startsWith("Unanswered").contains("ILR-APPROVAL-001");
    }

    private void start(RiskLane lane, int seconds) throws IOException {
        script = new ProcessBuilder(
                        "script", "-qefc", probe(lane, seconds) + " </dev/null >/dev/null", screen().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(screen())
                        && Files.readString(screen(), StandardCharsets.UTF_8).contains("anything else denies: "));
    }

    private void type(String line) throws IOException {
        OutputStream keyboard = Objects.requireNonNull(script).getOutputStream();
        keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    private String answer() throws Exception {
        assertThat(Objects.requireNonNull(script).waitFor(60, SECONDS)).isTrue();
        return Files.readString(directory.resolve("answer"), StandardCharsets.UTF_8);
    }

    private Path screen() {
        return directory.resolve("screen");
    }

    private String probe(RiskLane lane, int seconds) {
        return String.format(
                Locale.ROOT,
                "'%s' -cp '%s' '%s' %s %d '%s'",
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Probe.class.getName(),
                lane,
                seconds,
                directory.resolve("answer"));
    }

    private static ApprovalTicket ticket(RiskLane lane, int seconds) {
        return Tickets.ticket().lane(lane).life(Duration.ofSeconds(seconds)).make();
    }

    /** The gate's side: asks once and writes the answer to a file. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] args) throws Exception {
            ApprovalTicket ticket = Tickets.ticket()
                    .lane(RiskLane.valueOf(args[0]))
                    .issued(Instant.now())
                    .life(Duration.ofSeconds(Long.parseLong(args[1])))
                    .make();
            ApprovalAnswer answer = TerminalApprovals.onTty().ask(ticket);
            Files.writeString(Path.of(args[2]), answer.getClass().getSimpleName() + " " + detail(ticket, answer));
        }

        private static String detail(ApprovalTicket ticket, ApprovalAnswer answer) {
            if (answer instanceof ApprovalAnswer.Approved approved) {
                return approved.ticketDigest().equals(ticket.digest())
                        ? ticket.call().id()
                        : "another ticket";
            }
            return answer instanceof ApprovalAnswer.Unanswered unanswered ? unanswered.why() : TicketText.code(ticket);
        }
    }
}
