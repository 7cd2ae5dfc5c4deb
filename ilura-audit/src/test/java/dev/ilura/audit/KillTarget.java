package dev.ilura.audit;

import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Appends with several threads until it is killed, and says on standard output what was acknowledged. */
final class KillTarget {
    private static final int THREADS = 8;

    private KillTarget() {}

    public static void main(String[] args) {
        AuditLog log = AuditLog.at(Path.of(args[0])).segmentBytes(1 << 20).open();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.US_ASCII);
        for (int thread = 0; thread < THREADS; thread++) {
            String session = "s" + thread;
            new Thread(() -> appendForever(log, session, out), session).start();
        }
    }

    private static void appendForever(AuditLog log, String session, PrintStream out) {
        Acknowledgement level = session.equals("s0") ? Acknowledgement.WRITTEN : Acknowledgement.DURABLE;
        for (int i = 0; ; i++) {
            String call = session + "-" + i;
            var event = i % 2 == 0 ? Events.dispatch(call, session) : Events.outcome(session + "-" + (i - 1), session);
            var receipt = log.append(event, level).toCompletableFuture().join();
            byte[] line = (receipt.number() + " " + receipt.hash() + "\n").getBytes(StandardCharsets.US_ASCII);
            out.write(line, 0, line.length);
            out.flush();
        }
    }
}
