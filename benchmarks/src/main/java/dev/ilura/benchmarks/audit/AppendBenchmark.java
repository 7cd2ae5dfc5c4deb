package dev.ilura.benchmarks.audit;

import dev.ilura.AuditReceipt;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.AuditSigner;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One append and its acknowledgement, by 1, 16 and 128 callers, beside the same log without signatures and beside the bare
 * force of one record in a preallocated file.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class AppendBenchmark {
    @Param({"DURABLE", "WRITTEN"})
    public Acknowledgement level = Acknowledgement.DURABLE;

    @Param({"true", "false"})
    public boolean signed = true;

    private final AtomicLong calls = new AtomicLong();
    private Path dir = Path.of("");
    private AuditLog log;
    private FileChannel raw;

    @Setup
    public void open() throws IOException, GeneralSecurityException {
        dir = Files.createTempDirectory(Path.of("target"), "append");
        AuditLog.Builder builder = AuditLog.at(dir).segmentBytes(1 << 30).queueBound(65_536);
        log = (signed ? builder : builder.signers(nobody("EC"), nobody("Ed25519"))).open();
        raw = FileChannel.open(dir.resolve("raw"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        raw.write(ByteBuffer.allocate(64 << 20), 0);
        raw.force(true);
    }

    /** Signs with zeros, to see what signatures cost. */
    private static AuditSigner nobody(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        PublicKey key = generator.generateKeyPair().getPublic();
        return new AuditSigner() {
            @Override
            public PublicKey publicKey() {
                return key;
            }

            @Override
            public byte[] sign(byte[] message) {
                return new byte[64];
            }
        };
    }

    @TearDown
    public void close() throws IOException {
        log.close();
        raw.close();
        try (var files = Files.walk(dir)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    @Threads(1)
    public AuditReceipt append1() {
        return append();
    }

    @Benchmark
    @Threads(16)
    public AuditReceipt append16() {
        return append();
    }

    @Benchmark
    @Threads(128)
    public AuditReceipt append128() {
        return append();
    }

    @Benchmark
    @Threads(1)
    public void bareForce() throws IOException {
        raw.write(ByteBuffer.allocate(550), calls.getAndIncrement() % 100_000 * 550);
        raw.force(false);
    }

    private AuditReceipt append() {
        long number = calls.getAndIncrement();
        return log.append(Calls.dispatch("call-" + number, "session-" + number % 50, "call-" + (number - 50)), level)
                .toCompletableFuture()
                .join();
    }
}
