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

/**
 * Kills a writing process with SIGKILL, again and again on one log, and looks for every record that it said was
 * acknowledged.
 */
final class KillLoop {
    private static final int VERIFY_EVERY = 50;

    private final Path dir;
    private final int loops;
    private final int mostRecords;
    private final Random random = new Random();

    /**
     * On a log.
     *
     * @param mostRecords after at most so many acknowledged records a process is killed
     */
    KillLoop(Path dir, int loops, int mostRecords) {
        this.dir = dir;
        this.loops = loops;
        this.mostRecords = mostRecords;
    }

    /** Kills and looks; how many acknowledged records were looked for, none of which was missing. */
    long run() throws IOException, InterruptedException {
        long acknowledged = 0;
        for (int loop = 0; loop < loops; loop++) {
            List<String> lines = killed();
            acknowledged += lines.size();
            if (loop % VERIFY_EVERY == 0) {
                assertSound();
            }
            assertThat(lost(lines)).as("loop " + loop).isEmpty();
        }
        AuditLog.in(dir).close();
        assertSound();
        assertEveryDispatchHasAnOutcome();
        return acknowledged;
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
            int enough = 1 + random.nextInt(mostRecords);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (lines.size() == enough) {
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        lines.removeIf(line -> line.indexOf(' ') < 0 || line.length() != line.indexOf(' ') + 65);
        return lines;
    }

    private void assertSound() throws IOException {
        assertThat(LogVerifier.of(dir)
                        .provider(Signing.preferred())
                        .lastSignatureOnly()
                        .verify()
                        .findings())
                .isEmpty();
    }

    private List<String> lost(List<String> lines) {
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
        long size = reader.size();
        for (long number = 0; number < size; number++) {
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
