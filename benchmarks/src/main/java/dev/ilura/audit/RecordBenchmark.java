package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.MerkleTree;
import dev.ilura.benchmarks.audit.Calls;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one record costs before it is written: canonical form with its links, two hashes, the tree, the checksum of its frame,
 * the keys of the index. The floor is 5 us. What queues, threads, the system and signatures add is in {@code benchmarks/audit
 * append}. It stands in the package of what it measures.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class RecordBenchmark {
    private static final int BATCH = 128;

    private BatchEncoder encoder;
    private long next;

    @Setup
    public void empty() throws IOException {
        Path dir = Files.createTempDirectory(Path.of("target"), "record");
        Bytes id = Bytes.zeros(32);
        KeyFolder.Signers made = new KeyFolder(dir.resolve("keys"), Optional.empty())
                .create(TimeSource.system().now());
        LogKeys keys = new LogKeys("benchmark", made.ecdsa(), made.ed25519());
        LogIndex index = new LogIndex(IndexFolder.temporary());
        LogReader reader = new LogReader(new LogFolder(dir.resolve("log")), index);
        encoder = new BatchEncoder(
                new BatchEncoder.LogState(id, new MerkleTree(), LogScan.NOTHING_BEFORE, new Standing()),
                keys,
                new CallLinks(reader),
                index.seed(),
                TimeSource.system());
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long record() {
        encoder.begin();
        for (int i = 0; i < BATCH; i++) {
            AuditEvent event = Calls.numbered(next++);
            encoder.add(RecordDraft.of(event, List.of(), Set.of(), encoder.logId()), -1, 0);
        }
        return encoder.size();
    }
}
