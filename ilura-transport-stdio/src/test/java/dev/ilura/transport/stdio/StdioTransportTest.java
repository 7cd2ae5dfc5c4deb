package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.IluraException;
import dev.ilura.Secret;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StdioTransportTest {
    private final Ear ear = new Ear();

    @Test
    void linesGoBothWaysInOrder() throws Exception {
        try (Transport.Connection server = open("echo")) {
            for (int i = 0; i < 500; i++) {
                send(server, "{\"id\":" + i + "}");
            }
            for (int i = 0; i < 500; i++) {
                assertThat(Ear.next(ear.frames)).isEqualTo("{\"id\":" + i + "}");
            }
        }
        assertThat(ear.endings).containsExactly("ILR-STDIO-004");
    }

    @Test
    void lineFeedInsideOneFrameDoesNotMakeTwo() throws Exception {
        try (Transport.Connection server = open("echo")) {
            send(server, "{\"a\":\n1,\r\n\"b\":2}");

            assertThat(Ear.next(ear.frames)).isEqualTo("{\"a\": 1,  \"b\":2}");
        }
    }

    @Test
    void nothingOfTheOwnEnvironmentIsInherited() throws Exception {
        StdioServer server = odd("environment").env("GREETING", "hello").env("TOKEN", Secret.of("s3cret"));
        try (Transport.Connection connection = server.transport().open(ear, request -> {})) {
            send(connection, "end");
            List<String> seen = new ArrayList<>();
            for (String line = Ear.next(ear.frames); !line.equals("end"); line = Ear.next(ear.frames)) {
                seen.add(line);
            }
            assertThat(seen).contains("GREETING=hello", "TOKEN=s3cret", "LANG=C.UTF-8");
            assertThat(seen.stream().map(entry -> entry.substring(0, entry.indexOf('='))))
                    .containsOnly(
                            "PATH",
                            "HOME",
                            "TMPDIR",
                            "LANG",
                            "TZ",
                            "TERM",
                            "PWD",
                            "ILURA_CHILD",
                            "GREETING",
                            "TOKEN",
                            "cwd");
            Path cwd = Path.of(seen.get(seen.size() - 1).substring("cwd=".length()));
            assertThat(cwd).isNotEqualTo(Path.of("").toAbsolutePath()).isEmptyDirectory();
        }
    }

    @Test
    void deathInTheMiddleIsReportedWithStatusAndLastWords() throws Exception {
        Transport.Connection server = open("die");
        send(server, "go");

        assertThat(Ear.next(ear.ending))
                .startsWith("ILR-STDIO-001")
                .contains("ended with status 3", "cannot go on", "\\u{1B}[31mred")
                .doesNotContain("\u001b");
        assertThatThrownBy(() -> server.send(new byte[] {'x'})).isInstanceOf(IOException.class);
        server.close();
        assertThat(ear.endings).hasSize(1);
    }

    @Test
    void floodOfErrorsHoldsNobodyUpAndItsEndIsKept() throws Exception {
        Transport.Connection server = open("flood-errors");
        send(server, "still there");

        assertThat(Ear.next(ear.frames)).isEqualTo("still there");
        server.close();
    }

    @Test
    void oversizedLineIsSkippedAndTheRestGoesOn() throws Exception {
        StdioServer limited = odd("long-line", "300000").lineLimit(100_000);
        try (Transport.Connection server = limited.transport().open(ear, request -> {})) {
            send(server, "after");

            assertThat(Ear.next(ear.frames)).isEqualTo("after");
            assertThat(Ear.next(ear.garbage)).contains("300000", "100000");
        }
    }

    @Test
    void lineWithoutEndEndsTheServer() throws Exception {
        StdioServer limited = odd("long-line", "30000000").lineLimit(1_000_000);
        limited.transport().open(ear, request -> {});

        assertThat(Ear.next(ear.ending)).startsWith("ILR-STDIO-005").contains("without ending the line");
    }

    @Test
    void serverThatIgnoresTheEndOfItsInputIsEnded() throws Exception {
        StdioServer impatient = odd("stubborn").stopGrace(Duration.ofMillis(200));
        Transport.Connection server = impatient.transport().open(ear, request -> {});
        assertThat(Ear.next(ear.frames)).isEqualTo("here");

        server.close();

        assertThat(ProcessHandle.current().descendants().filter(StdioTransportTest::isStubborn))
                .isEmpty();
    }

    @Test
    void serverThatClosesItsOutputIsEnded() throws Exception {
        // bubblewrap keeps the pipe open as long as the child lives; a call's deadline finds that
        odd("mute").confinement(ConfinementChoice.NONE).transport().open(ear, request -> {});

        assertThat(Ear.next(ear.ending)).startsWith("ILR-STDIO-002");
    }

    @Test
    void daemonThatForkedTwiceDoesNotSurvive() throws Exception {
        Path pids = Files.createTempFile("ilura-test", ".pids");
        String script = "for i in 1 2 3; do (setsid sh -c 'echo $$ >> " + pids
                + "; while :; do sleep 1; done' & ) ; done; sleep 0.3";
        Transport.Connection server = odd("fork", script)
                .confinement(ConfinementChoice.NONE)
                .transport()
                .open(ear, request -> {});
        assertThat(Ear.next(ear.frames)).isEqualTo("forked");
        await().until(() -> Files.readAllLines(pids).size() == 3);

        server.close();

        for (String pid : Files.readAllLines(pids)) {
            // the system may take its time to forget one that has ended
            await().until(() -> ProcessHandle.of(Long.parseLong(pid))
                    .filter(ProcessHandle::isAlive)
                    .isEmpty());
        }
        Files.delete(pids);
    }

    @Test
    void whatIsLeftBehindDoesNotHideThatTheServerDied() throws Exception {
        String script = "(setsid sleep 60 &) ; kill -9 $PPID; sleep 60";
        odd("fork", script).confinement(ConfinementChoice.NONE).transport().open(ear, request -> {});

        assertThat(Ear.next(ear.ending)).contains("signal 9");
    }

    @Test
    void nothingStartsBeforeTheGateAdmitsIt() {
        AtomicReference<StartRequest> seen = new AtomicReference<>();
        StdioServer server = odd("echo");

        assertThatThrownBy(() -> server.transport().open(ear, request -> {
                    seen.set(request);
                    throw new IluraException("ILR-TEST-001", "No.", "Nothing.");
                }))
                .isInstanceOf(IluraException.class);
        assertThat(seen.get().identity()).hasSize(64);
        assertThat(ear.endings).isEmpty();
    }

    @Test
    void privateDirectoriesAreRemoved() throws Exception {
        Transport.Connection server = open("environment");
        String home;
        do {
            home = Ear.next(ear.frames);
        } while (!home.startsWith("HOME="));
        Path directory = Path.of(home.substring("HOME=".length())).getParent();
        assertThat(directory).exists();

        server.close();

        assertThat(directory).doesNotExist();
    }

    private static boolean isStubborn(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("stubborn");
    }

    private Transport.Connection open(String... how) throws IOException {
        return odd(how).transport().open(ear, request -> {});
    }

    private static StdioServer odd(String... how) {
        return TestServers.program(OddServer.class, List.of(how));
    }

    private static void send(Transport.Connection server, String frame) throws IOException {
        server.send(frame.getBytes(StandardCharsets.UTF_8));
    }
}
