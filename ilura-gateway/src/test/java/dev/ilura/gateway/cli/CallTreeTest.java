package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.AuditReader;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.testkit.FakeTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace as a person sees it, letter by letter. */
class CallTreeTest {
    @TempDir
    Path state;

    private final FakeTime time = new FakeTime();

    /** A chain of parents, an approval, a refusal and a crash in one tree. */
    @Test
    void aTraceIsDrawnAsItIsKept() throws IOException {
        writeCalls();

        String drawn = drawn("plan");

        assertThat(drawn).isEqualTo(golden());
    }

    /** From the middle: up to the cause and down to the effects, and nothing of the sister. */
    @Test
    void aTraceFromTheMiddleHasTheCauseAboveAndTheEffectsBelow() {
        writeCalls();

        assertThat(drawn("pay").lines().filter(line -> line.contains("call ")))
                .satisfiesExactly(
                        line -> assertThat(line).contains("call plan"),
                        line -> assertThat(line).contains("call pay"),
                        line -> assertThat(line).contains("call wipe"),
                        line -> assertThat(line).contains("call note"));
    }

    /** The gateway ends while "note" is on its way, and starts again. */
    private void writeCalls() {
        try (AuditLog log = AuditLog.at(state).time(time).open()) {
            write(
                    log,
                    call(AuditEvent.Type.DISPATCH, "plan", null, "files", "read_text_file")
                            .fact("decision", "allow")
                            .fact("rule", "reads"));
            write(
                    log,
                    call(AuditEvent.Type.OUTCOME, "plan", null, "files", "read_text_file")
                            .fact("outcome", "completed")
                            .fact("durUs", 1_250));
            write(
                    log,
                    call(AuditEvent.Type.DECISION, "pay", "plan", "bank", "pay")
                            .fact("decision", "ask")
                            .fact("lane", "critical")
                            .fact("rule", "pay config.toml:7")
                            .fact("ruleTrace", "rule pay (config.toml:7) matches\nasked in lane critical"));
            write(
                    log,
                    call(AuditEvent.Type.APPROVAL, "pay", "plan", "bank", "pay")
                            .fact("answer", "yes")
                            .fact("approver", "ada")
                            .fact("channel", "page"));
            write(
                    log,
                    call(AuditEvent.Type.DISPATCH, "pay", "plan", "bank", "pay").fact("decision", "approved"));
            write(
                    log,
                    call(AuditEvent.Type.OUTCOME, "pay", "plan", "bank", "pay")
                            .fact("outcome", "completed")
                            .fact("durUs", 48_000));
            write(
                    log,
                    call(AuditEvent.Type.DECISION, "wipe", "pay", "files", "delete")
                            .fact("decision", "deny")
                            .fact("code", "ILR-POL-001")
                            .fact("rule", "nothing-is-deleted")
                            .fact("why", "nothing-is-deleted denies it"));
            write(
                    log,
                    call(AuditEvent.Type.DISPATCH, "note", "pay", "files", "write_file")
                            .fact("decision", "allow"));
            write(
                    log,
                    call(AuditEvent.Type.DISPATCH, "report", "plan", "mail", "send")
                            .fact("decision", "allow"));
            write(
                    log,
                    call(AuditEvent.Type.OUTCOME, "report", "plan", "mail", "send")
                            .fact("outcome", "failed")
                            .fact("why", "the server ended\u202e"));
        }
        AuditLog.at(state).time(time).open().close();
    }

    private static AuditEvent.Builder call(
            AuditEvent.Type type, String call, @Nullable String parent, String server, String tool) {
        return AuditEvent.of(type)
                .fact("call", call)
                .fact("parent", parent)
                .fact("session", "s-1")
                .fact("principal", call.equals("report") ? "nightly" : "local")
                .fact("server", server)
                .fact("tool", tool);
    }

    private void write(AuditLog log, AuditEvent.Builder event) {
        time.advance(Duration.ofMillis(1_250));
        log.append(event.build(), Acknowledgement.DURABLE).toCompletableFuture().join();
    }

    private String drawn(String call) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Screen screen = new Screen(stream, stream, false, false);
        AuditReader reader = AuditReader.open(state);
        List<AuditRecord> records = new ArrayList<>(reader.trace(call));
        records.addAll(reader.effects(call));
        new CallTree(screen, new RecordText(screen, ZoneOffset.UTC), records).print("   ");
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    private static String golden() throws IOException {
        try (InputStream in = CallTreeTest.class.getResourceAsStream("trace.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
