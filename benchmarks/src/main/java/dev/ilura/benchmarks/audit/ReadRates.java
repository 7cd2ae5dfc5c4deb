package dev.ilura.benchmarks.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.AuditReader;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Questions to a large log: a record by its number, a call by its id, a trace of ten records; what the index weighs and how
 * fast it is made anew; and how fast the whole log is verified, in records per second of processor time.
 */
public final class ReadRates {
    /** Calls in one chain of causes; each has two records. */
    private static final int CHAIN = 5;

    private static final int ASKED = 200_000;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final com.sun.management.OperatingSystemMXBean SYSTEM =
            (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Path dir;
    private final int records;
    private final SplittableRandom random = new SplittableRandom(7);

    private ReadRates(Path dir, int records) {
        this.dir = dir;
        this.records = records;
    }

    /** {@code ReadRates DIRECTORY [RECORDS]}; a log that is there is read again. */
    public static void main(String[] args) throws Exception {
        int records = args.length > 1 ? Integer.parseInt(args[1]) : 5_000_000;
        new ReadRates(Path.of(args[0]), records).run();
    }

    private void run() throws Exception {
        OUT.println("java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        if (!Files.exists(dir.resolve("log"))) {
            write();
        }
        try (AuditLog log = timedOpen("opening with its index")) {
            AuditTrail trail = log.trail().orElseThrow();
            OUT.printf(Locale.ROOT, "%,d records, %.2f GB%n", trail.size(), bytes("log", ".seg") / 1e9);
            OUT.printf(Locale.ROOT, "%,d questions of each kind, twice; the second time counts%n", ASKED);
            questions(trail);
            questions(trail);
        }
        double keys = records / 2.0 * 4.8;
        OUT.printf(
                Locale.ROOT,
                "index: %.1f B a key (floor <= 25; %.1f million keys), places %.1f B a record%n",
                bytes("log/index", ".keys") / keys,
                keys / 1e6,
                bytes("log/index", ".places") / (double) records);
        rebuild();
        verify();
    }

    private void write() {
        long start = System.nanoTime();
        try (AuditLog log = AuditLog.at(dir).open()) {
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int call = 0; call < records / 2; call++) {
                String parent = call % CHAIN == 0 ? null : "call-" + (call - 1);
                if (call % 128 == 0) {
                    last.join();
                }
                if (call % 250_000 == 0) {
                    OUT.printf(Locale.ROOT, "writing: %,d of %,d records%n", 2 * call, records);
                }
                String session = "session-" + call / 1_000;
                log.append(Calls.dispatch("call-" + call, session, parent), Acknowledgement.WRITTEN);
                last = log.append(Calls.outcome("call-" + call, session), Acknowledgement.WRITTEN)
                        .toCompletableFuture();
            }
        }
        OUT.printf(Locale.ROOT, "written in %.1f s%n", (System.nanoTime() - start) / 1e9);
    }

    private AuditLog timedOpen(String what) {
        long start = System.nanoTime();
        AuditLog log = AuditLog.at(dir).open();
        OUT.printf(Locale.ROOT, "%s: %.2f s%n", what, (System.nanoTime() - start) / 1e9);
        return log;
    }

    private interface Question {
        Object ask(int call);
    }

    private void questions(AuditTrail trail) {
        ask("record by number", "", call -> trail.record(1 + 2L * call));
        ask("call by id (2 records)", "floor p50 < 3", call -> trail.ofCall("call-" + call));
        ask("trace of 10 records", "floor p50 < 10, p99 < 25", call -> {
            List<AuditRecord> trace = trail.trace("call-" + (call / CHAIN * CHAIN + CHAIN - 1));
            if (trace.size() != 2 * CHAIN) {
                throw new IllegalStateException("a trace of " + trace.size());
            }
            return trace;
        });
        ask(
                "trace of 10 records, every record parsed",
                "",
                call -> trail.trace("call-" + (call / CHAIN * CHAIN + CHAIN - 1)).stream()
                        .mapToLong(record -> record.integer("ts").orElse(0L))
                        .sum());
    }

    private void ask(String what, String floor, Question question) {
        long[] took = new long[ASKED];
        int seen = 0;
        for (int i = 0; i < took.length; i++) {
            int call = random.nextInt(records / 2);
            long start = System.nanoTime();
            seen += System.identityHashCode(question.ask(call)) & 1;
            took[i] = System.nanoTime() - start;
        }
        OUT.printf(Locale.ROOT, "%-42s %-30s %s%s%n", what, AppendRates.percentiles(took), floor, seen < 0 ? "!" : "");
    }

    private void rebuild() throws IOException {
        try (var files = Files.list(dir.resolve("log/index"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        long start = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        timedOpen("opening without its index, every record checked").close();
        OUT.printf(
                Locale.ROOT,
                "index made anew: %,.0f records/s, floor >= 500,000 (%,.0f per second of processor time)%n",
                records / ((System.nanoTime() - start) / 1e9),
                records / ((SYSTEM.getProcessCpuTime() - cpu) / 1e9));
        long open = System.nanoTime();
        AuditReader.open(dir).size();
        OUT.printf(Locale.ROOT, "a reader opens in %.2f s%n", (System.nanoTime() - open) / 1e9);
    }

    private void verify() throws ReflectiveOperationException, IOException {
        Provider provider = Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider")
                .asSubclass(Provider.class)
                .getConstructor()
                .newInstance();
        for (int round = 0; round < 2; round++) {
            rate(
                    "hashes and last checkpoint",
                    "1,000,000",
                    LogVerifier.of(dir).provider(provider).lastSignatureOnly());
            rate("hashes and every signature", "250,000", LogVerifier.of(dir).provider(provider));
        }
    }

    private static void rate(String what, String floor, LogVerifier verifier) throws IOException {
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        VerificationReport report = verifier.verify();
        cpu = SYSTEM.getProcessCpuTime() - cpu;
        OUT.printf(
                Locale.ROOT,
                "verify %s: %,.0f records per second of processor time (floor %s), %.1f s, %,d signatures,"
                        + " mean batch %.0f, %s%n",
                what,
                report.records() / (cpu / 1e9),
                floor,
                (System.nanoTime() - start) / 1e9,
                report.signatures(),
                (double) report.records() / report.batches(),
                report.isSound() ? "sound" : report.text());
    }

    private long bytes(String folder, String suffix) throws IOException {
        try (var files = Files.list(dir.resolve(folder))) {
            long sum = 0;
            for (Path file :
                    files.filter(path -> path.toString().endsWith(suffix)).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
