package dev.ilura.benchmarks.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.verify.LogVerifier;
import dev.ilura.audit.verify.VerificationReport;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Questions to a large log: a call by its id, a trace of ten records, and verifying all of it. */
@State(Scope.Benchmark)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class ReadBenchmark {
    /** Calls in one chain of causes; each has two records. */
    private static final int CHAIN = 5;

    @Param("1000000")
    public int records = 1_000_000;

    private Path dir = Path.of("");
    private AuditLog log;
    private AuditTrail trail;
    private Provider provider;

    @Setup
    public void write() throws Exception {
        dir = Files.createTempDirectory(Path.of("target"), "read");
        log = AuditLog.at(dir).open();
        for (int call = 0; call < records / 2; call++) {
            String parent = call % CHAIN == 0 ? "call-none" : "call-" + (call - 1);
            append(Calls.dispatch("call-" + call, "session-" + call / 1_000, parent), false);
            append(Calls.outcome("call-" + call, "session-" + call / 1_000), call % 500 == 0);
        }
        trail = log.trail().orElseThrow();
        provider = Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider")
                .asSubclass(Provider.class)
                .getConstructor()
                .newInstance();
    }

    private void append(dev.ilura.AuditEvent event, boolean wait) {
        var receipt = log.append(event, Acknowledgement.WRITTEN).toCompletableFuture();
        if (wait) {
            receipt.join();
        }
    }

    @TearDown
    public void close() throws IOException {
        log.close();
        try (var files = Files.walk(dir)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public List<AuditRecord> traceOfTenRecords() {
        int chain = ThreadLocalRandom.current().nextInt(records / 2 / CHAIN);
        return trail.trace("call-" + (chain * CHAIN + CHAIN - 1));
    }

    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public List<AuditRecord> callById() {
        return trail.ofCall("call-" + ThreadLocalRandom.current().nextInt(records / 2));
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public VerificationReport verifyHashesAndLastSignature() throws IOException {
        return LogVerifier.of(dir).provider(provider).lastSignatureOnly().verify();
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public VerificationReport verifyEverySignature() throws IOException {
        return LogVerifier.of(dir).provider(provider).verify();
    }
}
