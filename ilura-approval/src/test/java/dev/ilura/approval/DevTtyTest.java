package dev.ilura.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.ilura.approval.internal.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plain file stands in for the device; {@code TerminalPeerIT} uses a real pseudo-terminal. */
class DevTtyTest {
    private static final String FOREGROUND = "7 (java) x) S 1 70 70 34816 70 4194304";
    private static final String BACKGROUND = "7 (java) x) S 1 70 70 34816 71 4194304";

    @TempDir
    private Path directory;

    private Path device;
    private Path status;

    @BeforeEach
    void machine() throws IOException {
        device = Files.writeString(directory.resolve("tty"), "");
        status = Files.writeString(directory.resolve("stat"), FOREGROUND);
    }

    @Test
    void aMissingTerminalIsNotCreated() {
        Path missing = directory.resolve("missing");

        assertThatIOException().isThrownBy(() -> new DevTty(missing, status).open());
        assertThat(missing).doesNotExist();
    }

    @Test
    void aBackgroundProcessDoesNotTouchTheTerminal() throws IOException {
        Files.writeString(status, BACKGROUND);

        assertThatIOException()
                .isThrownBy(() -> new DevTty(device, status).open())
                .withMessageContaining("background");
    }

    @Test
    void aProcessSentToTheBackgroundStopsReading() throws IOException {
        try (OperatorTerminal.Session session = new DevTty(device, status).open()) {
            Files.writeString(device, "y\n");
            Files.writeString(status, BACKGROUND);

            assertThatIOException().isThrownBy(() -> session.line(farAway())).withMessageContaining("background");
        }
    }

    @Test
    void aMachineWithoutProcessStatusTrustsItsShell() throws Exception {
        try (OperatorTerminal.Session session = new DevTty(device, directory.resolve("none")).open()) {
            Files.writeString(device, "gr\u00fcn\rrest");

            assertThat(session.line(farAway())).contains("gr\u00fcn");
        }
    }

    @Test
    void aLineWithoutEndIsCut() throws Exception {
        try (OperatorTerminal.Session session = new DevTty(device, status).open()) {
            Files.writeString(device, "y".repeat(5000));

            assertThat(session.line(farAway()))
                    .hasValueSatisfying(line -> assertThat(line).hasSize(4096));
        }
    }

    @Test
    void aPassedDeadlineReadsNothing() throws Exception {
        ManualTime time = new ManualTime(Tickets.ISSUED);
        Deadline deadline = Deadline.of(Tickets.ticket().make(), time);
        time.pass(Duration.ofMinutes(2));
        try (OperatorTerminal.Session session = new DevTty(device, status).open()) {
            Files.writeString(device, "y\n");

            assertThat(session.line(deadline)).isEmpty();
        }
    }

    private static Deadline farAway() {
        return Deadline.of(Tickets.ticket().make(), new ManualTime(Tickets.ISSUED));
    }
}
