package dev.ilura.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.AuditLog;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier runs on a bare JDK: neither core, Jackson nor Bouncy Castle is on its class path. */
class VerifyAloneTest {
    @TempDir
    Path dir;

    @Test
    void aLogIsVerifiedWithoutAnyLibrary() throws Exception {
        write();

        Run run = verify();

        assertThat(run.output).startsWith("sound: 2 records").contains("not proven: ");
        assertThat(run.exitCode).isZero();
    }

    @Test
    void aChangedLogIsAFinding() throws Exception {
        write();
        Path segment = dir.resolve("log/00000000000000000000.seg");
        byte[] bytes = Files.readAllBytes(segment);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("files")] ^= 1;
        Files.write(segment, bytes);

        Run run = verify();

        assertThat(run.output).startsWith("NOT SOUND").contains("wrong: record 1: ");
        assertThat(run.exitCode).isEqualTo(1);
    }

    private void write() {
        try (AuditLog log = AuditLog.in(dir)) {
            log.append(
                            AuditEvent.of(AuditEvent.Type.DECISION)
                                    .fact("server", "files")
                                    .build(),
                            Acknowledgement.DURABLE)
                    .toCompletableFuture()
                    .join();
        }
    }

    private record Run(int exitCode, String output) {}

    private Run verify() throws IOException, InterruptedException {
        String classes = Path.of(Verify.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        Path output = dir.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        classes,
                        Verify.class.getName(),
                        dir.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), Files.readString(output));
    }
}
