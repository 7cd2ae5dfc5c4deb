package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditReader;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate as an operator runs it: a process of its own, a real server behind it, raw messages in front. */
class ServeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private DemoHouse house;

    @BeforeEach
    void furnish() throws IOException {
        house = DemoHouse.in(directory.resolve("house"));
    }

    @Test
    void clientSeesQualifiedNamesAndGetsWhatTheRulesAllow() throws Exception {
        try (Served served = serve()) {
            JsonValue hello = served.handshake();

            assertThat(hello.at("/result/protocolVersion").orElseThrow().text()).isEqualTo("2025-11-25");
            assertThat(served.request(1, "tools/list", "{}")
                            .at("/result/tools")
                            .orElseThrow()
                            .elements())
                    .extracting(tool -> tool.member("name").orElseThrow().text())
                    .containsExactly("notes__read_note", "notes__write_note");
            assertThat(text(served.call(2, "notes__read_note", "{'path':'welcome.md'}")))
                    .isEqualTo("Hello from behind the gate.\n");
            assertThat(served.leave()).isZero();
        }
        assertSound();
    }

    @Test
    void callOutOfTheRootsIsDeniedBeforeTheServerSeesIt() throws Exception {
        Files.createSymbolicLink(house.notes().resolve("link.md"), directory.resolve("house/secret.txt"));
        try (Served served = serve()) {
            served.handshake();
            int id = 1;
            for (String path : List.of("../secret.txt", "/etc/passwd", "a/../../secret.txt", "link.md")) {
                JsonValue answer = served.call(id++, "notes__read_note", "{'path':'" + path + "'}");

                assertThat(answer.raw()).contains("ILR-POLICY-101").doesNotContain("Nobody allowed", "root:");
                assertThat(answer.raw()).contains("read-inside-notes");
            }
            served.leave();
        }
        assertThat(records().stream().filter(record -> record.type().equals("dispatch")))
                .isEmpty();
        assertThat(records().stream()
                        .filter(record -> record.text("code").stream().anyMatch("ILR-POLICY-101"::equals)))
                .hasSize(4);
    }

    @Test
    void unknownToolMethodAndJunkAreAnsweredAndTheGateGoesOn() throws Exception {
        try (Served served = serve()) {
            served.handshake();

            assertThat(served.call(1, "notes__format_disk", "{}").raw()).contains("ILR-CALL-001");
            assertThat(served.call(2, "elsewhere__read_note", "{}").raw()).contains("ILR-CALL-001");
            assertThat(served.request(3, "no/such/method", "{}")
                            .at("/error/code")
                            .orElseThrow()
                            .raw())
                    .isEqualTo("-32601");
            served.send("this is no JSON");
            served.send("{'jsonrpc':'2.0','id':4,'method':'ping','method':'tools/call'}");
            assertThat(text(served.call(5, "notes__read_note", "{'path':'welcome.md'}")))
                    .startsWith("Hello");
            assertThat(served.leave()).isZero();
        }
        assertSound();
    }

    @Test
    void killedGateLeavesASoundLogAndTheNextStartClosesWhatWasUnderWay() throws Exception {
        try (Served served = serve()) {
            served.handshake();
            assertThat(text(served.call(1, "notes__read_note", "{'path':'welcome.md'}")))
                    .startsWith("Hello");
            ProcessHandle server = innermost(served.process());
            signal("STOP", server);
            served.send("{'jsonrpc':'2.0','id':2,'method':'tools/call','params':"
                    + "{'name':'notes__read_note','arguments':{'path':'welcome.md'}}}");
            await().atMost(PATIENCE).until(() -> dispatched() == 2);

            served.process().destroyForcibly().waitFor();
            signal("CONT", server);
            await().atMost(PATIENCE).until(() -> !server.isAlive());
        }
        assertSound();
        assertThat(outcomes()).containsExactly("completed");

        try (Served again = serve()) {
            again.handshake();
            again.leave();
        }
        assertSound();
        assertThat(outcomes()).containsExactly("completed", "unknown");
    }

    @Test
    void toldToEndTheGateStopsItsServersAndClosesItsLog() throws Exception {
        try (Served served = serve()) {
            served.handshake();
            served.call(1, "notes__read_note", "{'path':'welcome.md'}");
            List<ProcessHandle> servers = served.process().descendants().toList();
            assertThat(servers).isNotEmpty();

            signal("TERM", served.process().toHandle());

            assertThat(served.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            await().atMost(PATIENCE).until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
        }
        assertSound();
        List<AuditRecord> records = records();
        assertThat(records.get(records.size() - 1).type()).isEqualTo("gateway_close");
    }

    @Test
    void flippedBitIsFoundAndTheRecordIsNamed() throws Exception {
        try (Served served = serve()) {
            served.handshake();
            served.call(1, "notes__read_note", "{'path':'welcome.md'}");
            served.leave();
        }
        AuditRecord dispatch = records().stream()
                .filter(record -> record.type().equals("dispatch"))
                .findFirst()
                .orElseThrow();

        flipBitIn(dispatch);

        Typed verify =
                Typed.ilura("audit", "verify", "--state", house.directory().toString());
        assertThat(verify.exit()).isEqualTo(Exit.FINDING);
        assertThat(verify.out()).contains("NOT SOUND", "record " + dispatch.number() + ":");
    }

    private Served serve() throws IOException {
        return Served.with(
                directory.resolve("stderr.txt"),
                "serve",
                "--config",
                house.config().toString());
    }

    private void assertSound() {
        Typed verify =
                Typed.ilura("audit", "verify", "--state", house.directory().toString());
        assertThat(verify.exit()).as(verify.out() + verify.err()).isZero();
    }

    private List<AuditRecord> records() {
        AuditReader reader = AuditReader.open(house.directory());
        return Stream.iterate(0L, number -> number < reader.size(), number -> number + 1)
                .map(number -> reader.record(number).orElseThrow())
                .toList();
    }

    private long dispatched() {
        return records().stream()
                .filter(record -> record.type().equals("dispatch"))
                .count();
    }

    private List<String> outcomes() {
        return records().stream()
                .filter(record -> record.type().equals("outcome"))
                .map(record -> record.text("outcome").orElseThrow())
                .toList();
    }

    /** Confinement may stand between the gate and the server as a process of its own. */
    private static ProcessHandle innermost(Process gate) {
        return gate.descendants()
                .filter(process -> process.children().findAny().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void flipBitIn(AuditRecord record) throws IOException {
        byte[] wanted = record.json().bytes();
        try (Stream<Path> files = Files.walk(house.directory().resolve("log"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                int at = new String(content, StandardCharsets.ISO_8859_1)
                        .indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
                if (at >= 0) {
                    content[at + wanted.length / 2] ^= 1;
                    Files.write(file, content);
                    return;
                }
            }
        }
        throw new AssertionError("the record is in no file");
    }

    private static String text(JsonValue answer) {
        return answer.at("/result/content/0/text")
                .orElseThrow(() -> new AssertionError(answer.raw()))
                .text();
    }
}
