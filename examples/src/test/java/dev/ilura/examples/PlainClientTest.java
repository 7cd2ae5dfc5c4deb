package dev.ilura.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditRecord;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Completed;
import dev.ilura.Gateway;
import dev.ilura.audit.AuditLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plain client of the official Java SDK does, and what Ilura does; the table in the README, line by line. */
class PlainClientTest {
    /** Stands in the environment of these tests; set in the POM. */
    private static final String SECRET = "ILURA_EXAMPLES_SECRET";

    @TempDir
    private Path directory;

    @Test
    void environmentLeaksToThePlainClientsServerOnly() {
        assertThat(System.getenv(SECRET)).isNotBlank();

        List<String> plain = lines(Sides.plain("environment", Map.of()));
        List<String> gated = lines(text(Sides.gated("environment", Map.of(), directory)));

        assertThat(plain).containsAll(System.getenv().keySet());
        assertThat(gated).doesNotContain(SECRET).hasSizeLessThan(12);
    }

    @Test
    void grandchildSurvivesThePlainClientOnly() {
        assertThat(Sides.plain("fork", Map.of("mark", "orphan-of-the-sdk"))).isEqualTo("forked");
        List<ProcessHandle> orphans = marked("orphan-of-the-sdk");
        orphans.forEach(ProcessHandle::destroyForcibly);
        assertThat(orphans).hasSize(1);

        assertThat(text(Sides.gated("fork", Map.of("mark", "orphan-of-the-gate"), directory)))
                .isEqualTo("forked");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(marked("orphan-of-the-gate")).isEmpty());
    }

    /** By its command line: a confined server has process ids of its own. */
    private static List<ProcessHandle> marked(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> Arrays.asList(process.info().arguments().orElse(new String[0]))
                        .contains(mark))
                .toList();
    }

    /** The default charset is the platform's up to Java 17, and afterwards where COMPAT is asked for. */
    @Test
    void textIsDamagedByThePlainClientInACLocale() throws Exception {
        String ascii = Runtime.version().feature() < 18 ? "US-ASCII" : "COMPAT";

        String printed = Printed.by(Greeting.class, directory, Map.of("LC_ALL", "C"), "-Dfile.encoding=" + ascii);

        assertThat(printed).isEqualTo("plain: damaged\nIlura: intact\n");
    }

    @Test
    void pathOutsideTheRootsIsReadByThePlainClientOnly() throws Exception {
        Path root = Files.createDirectory(directory.resolve("docs"));
        Path secret = Files.writeString(directory.resolve("secret.txt"), "hush", StandardCharsets.UTF_8);
        Map<String, Object> arguments = Map.of("path", root + "/../secret.txt");

        assertThat(secret).exists();
        assertThat(Sides.plain("read", arguments)).isEqualTo("hush");
        assertThat(Sides.gated("read", arguments, root))
                .isInstanceOfSatisfying(
                        CallOutcome.Denied.class,
                        denied -> assertThat(denied.code()).isEqualTo("ILR-POLICY-101"));
    }

    /** A plain client has no log at all; that the gate's own is sound is what "audit verify" and its tests are about. */
    @Test
    void everyCallIsOnRecordWithItsDecisionAndOutcome() {
        try (Gateway gateway = Sides.gateway(directory, AuditLog.in(directory.resolve("audit")))) {
            String allowed = gateway.call("witness", "greet", Map.of()).callId();
            String denied = gateway.call("witness", "read", Map.of("path", "/etc/passwd"))
                    .callId();

            assertThat(gateway.audit().ofCall(allowed))
                    .extracting(AuditRecord::type)
                    .containsExactly("dispatch", "outcome");
            assertThat(gateway.audit().ofCall(denied))
                    .extracting(AuditRecord::type)
                    .containsExactly("decision");
        }
    }

    private static String text(CallOutcome outcome) {
        assertThat(outcome).isInstanceOf(Completed.class);
        return ((Completed) outcome).text();
    }

    private static List<String> lines(String text) {
        return Arrays.asList(text.split("\n"));
    }
}
