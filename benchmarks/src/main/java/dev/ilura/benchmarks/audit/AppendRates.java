package dev.ilura.benchmarks.audit;

import com.sun.management.OperatingSystemMXBean;
import dev.ilura.audit.AuditLog;
import dev.ilura.audit.AuditSigner;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an append costs: rate and latency with 1, 16 and 128 callers that each wait for their acknowledgement, signed and
 * unsigned in turns, beside the bare force of one record; and apart from all waiting, the processor time of a record.
 */
public final class AppendRates {
    private static final int RECORD_BYTES = 550;
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Path dir;
    private final long warmNanos;
    private final long nanos;
    private final int rounds;

    private AppendRates(Path dir, long seconds, int rounds) {
        this.dir = dir;
        this.warmNanos = TimeUnit.SECONDS.toNanos(seconds) / 2;
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        this.rounds = rounds;
    }

    /** {@code AppendRates DIRECTORY [SECONDS [ROUNDS]]}. */
    public static void main(String[] args) throws Exception {
        long seconds = args.length > 1 ? Long.parseLong(args[1]) : 4;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 2;
        Path dir = Files.createTempDirectory(Files.createDirectories(Path.of(args[0])), "append");
        try {
            new AppendRates(dir, seconds, rounds).run();
        } finally {
            delete(dir);
        }
    }

    private void run() throws Exception {
        OUT.println("java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        bareForce();
        for (int round = 0; round < rounds; round++) {
            for (int threads : new int[] {16, 128, 1}) {
                for (boolean signed : new boolean[] {true, false}) {
                    load(threads, signed, Acknowledgement.DURABLE);
                }
            }
            load(1, true, Acknowledgement.WRITTEN);
            load(16, true, Acknowledgement.WRITTEN);
            processorTime();
            bareForce();
        }
    }

    private void bareForce() throws IOException {
        Path file = dir.resolve("raw");
        try (FileChannel raw = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            raw.write(ByteBuffer.allocate(8 << 20), 0);
            raw.force(true);
            long[] took = new long[1_000];
            for (int i = 0; i < took.length; i++) {
                long start = System.nanoTime();
                raw.write(ByteBuffer.allocate(RECORD_BYTES), (long) i * RECORD_BYTES);
                raw.force(false);
                took[i] = System.nanoTime() - start;
            }
            OUT.printf(Locale.ROOT, "bare write + force of one record: %s%n", percentiles(took));
        }
        Files.delete(file);
    }

    private AuditLog open(Path state, boolean signed) throws GeneralSecurityException {
        AuditLog.Builder builder = AuditLog.at(state).segmentBytes(64 << 20).queueBound(65_536);
        return (signed ? builder : builder.signers(nobody("EC"), nobody("Ed25519"))).open();
    }

    private void load(int threads, boolean signed, Acknowledgement level) throws Exception {
        Path state = dir.resolve("state");
        try (AuditLog log = open(state, signed)) {
            Load load = new Load(log, level, threads);
            load.phase(warmNanos);
            load.forget();
            long cpu = SYSTEM.getProcessCpuTime();
            long writer = writerCpu();
            long start = System.nanoTime();
            load.phase(nanos);
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = SYSTEM.getProcessCpuTime() - cpu;
            writer = writerCpu() - writer;
            long[] took = load.latencies();
            OUT.printf(
                    Locale.ROOT,
                    "%-7s %-8s %3d callers: %,8.0f records/s, %s, cpu/record %.1f us of it log thread %.1f us%s%n",
                    level,
                    signed ? "signed" : "unsigned",
                    threads,
                    took.length / seconds,
                    percentiles(took),
                    cpu / 1e3 / took.length,
                    writer / 1e3 / took.length,
                    signed && level == Acknowledgement.DURABLE ? floor(threads) : "");
        }
        delete(state);
    }

    private static String floor(int threads) {
        return switch (threads) {
            case 16 -> " (floor >= 15,000 records/s, p50 <= 1,000 us)";
            case 128 -> " (floor >= 40,000 records/s)";
            default -> "";
        };
    }

    /** Encoding, hashing, framing and writing, without anybody who waits and without signatures. */
    private void processorTime() throws Exception {
        Path state = dir.resolve("state");
        try (AuditLog log = open(state, false)) {
            for (int round = 0; round < 2; round++) {
                int records = 400_000;
                long cpu = SYSTEM.getProcessCpuTime();
                long own = THREADS.getCurrentThreadCpuTime();
                long writer = writerCpu();
                for (int i = 0; i < records; i++) {
                    var receipt = log.append(Calls.numbered(i), Acknowledgement.QUEUED);
                    if (i % 4_096 == 0) {
                        receipt.toCompletableFuture().join();
                    }
                }
                log.append(Calls.numbered(records), Acknowledgement.DURABLE)
                        .toCompletableFuture()
                        .join();
                own = THREADS.getCurrentThreadCpuTime() - own;
                writer = writerCpu() - writer;
                cpu = SYSTEM.getProcessCpuTime() - cpu;
                OUT.printf(
                        Locale.ROOT,
                        "processor time of a record, nobody waiting: %.2f us, floor <= 5 (caller %.2f, log thread %.2f, rest of JVM %.2f)%n",
                        cpu / 1e3 / records,
                        own / 1e3 / records,
                        writer / 1e3 / records,
                        (cpu - own - writer) / 1e3 / records);
            }
        }
        delete(state);
    }

    private static long writerCpu() {
        long sum = 0;
        for (ThreadInfo info : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("ilura-audit")) {
                sum += THREADS.getThreadCpuTime(info.getThreadId());
            }
        }
        return sum;
    }

    /** Callers that append and wait, append and wait. */
    private static final class Load {
        private final AuditLog log;
        private final Acknowledgement level;
        private final int threads;
        private final AtomicLong calls = new AtomicLong();
        private final List<long[]> samples = new ArrayList<>();

        Load(AuditLog log, Acknowledgement level, int threads) {
            this.log = log;
            this.level = level;
            this.threads = threads;
        }

        void phase(long nanos) throws InterruptedException {
            AtomicBoolean stop = new AtomicBoolean();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread caller = new Thread(() -> call(stop));
                callers.add(caller);
                caller.start();
            }
            TimeUnit.NANOSECONDS.sleep(nanos);
            stop.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
        }

        private void call(AtomicBoolean stop) {
            long[] took = new long[1 << 16];
            int count = 0;
            while (!stop.get()) {
                long start = System.nanoTime();
                log.append(Calls.numbered(calls.getAndIncrement()), level)
                        .toCompletableFuture()
                        .join();
                if (count == took.length) {
                    took = Arrays.copyOf(took, took.length * 2);
                }
                took[count++] = System.nanoTime() - start;
            }
            synchronized (samples) {
                samples.add(Arrays.copyOf(took, count));
            }
        }

        void forget() {
            samples.clear();
        }

        long[] latencies() {
            return samples.stream().flatMapToLong(Arrays::stream).toArray();
        }
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

    static String percentiles(long[] nanos) {
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "p50 %.1f us, p99 %.1f us",
                nanos[nanos.length / 2] / 1e3,
                nanos[(int) (nanos.length * 0.99)] / 1e3);
    }

    static void delete(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
