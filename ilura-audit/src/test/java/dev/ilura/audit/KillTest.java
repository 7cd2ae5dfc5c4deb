package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditRecord;
import dev.ilura.audit.verify.LogVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing process with SIGKILL, again and again on one log, and looks for every record that it said was
 * acknowledged. Three times in the build; {@code -Dilura.kill.loops=1000} for the whole of it.
 */
class KillTest {
    private static final int LOOPS = Integer.getInteger("ilura.kill.loops", 3);

    @TempDir
    Path dir;

    private final Random random = new Random();

    @Test
    void noAcknowledgedRecordIsLostWhenTheWriterIsKilled() throws Exception {
        long acknowledged = 0;
        for (int loop = 0; loop < LOOPS; loop++) {
            List<String> lines = killed();
            acknowledged += lines.size();
            assertThat(lost(lines)).as("loop " + loop).isEmpty();
        }
        System.out.println("kill test: " + LOOPS + " kills, " + acknowledged + " acknowledged records, 0 lost");
        AuditLog.in(dir).close();
        assertThat(LogVerifier.of(dir).provider(Signing.preferred()).verify().findings())
                .isEmpty();
        assertEveryDispatchHasAnOutcome();
    }

    /** What the process said before it died. */
    private List<String> killed() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTarget.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int enough = 1 + random.nextInt(1_000);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (lines.size() == enough) {
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        lines.removeIf(line -> line.indexOf(' ') < 0 || line.length() != line.indexOf(' ') + 65);
        return lines;
    }

    private List<String> lost(List<String> lines) throws IOException {
        assertThat(LogVerifier.of(dir)
                        .provider(Signing.preferred())
                        .lastSignatureOnly()
                        .verify()
                        .findings())
                .isEmpty();
        AuditReader reader = AuditReader.open(dir);
        List<String> lost = new ArrayList<>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            String held = reader.record(Long.parseLong(line.substring(0, space)))
                    .map(AuditRecord::hash)
                    .orElse("nothing");
            if (!held.equals(line.substring(space + 1))) {
                lost.add(line);
            }
        }
        return lost;
    }

    private void assertEveryDispatchHasAnOutcome() {
        AuditReader reader = AuditReader.open(dir);
        Set<String> open = new HashSet<>();
        for (long number = 0; number < reader.size(); number++) {
            AuditRecord record = reader.record(number).orElseThrow();
            if (record.type().equals("dispatch")) {
                open.add(record.text("call").orElseThrow());
            } else if (record.type().equals("outcome")) {
                open.remove(record.text("call").orElseThrow());
            }
        }
        assertThat(open).isEmpty();
    }
}
