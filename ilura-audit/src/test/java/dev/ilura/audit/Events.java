package dev.ilura.audit;

import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Events as a gateway tells them, for tests. */
final class Events {
    private Events() {}

    static AuditEvent decision(String call, String session) {
        return event(AuditEvent.Type.DECISION, call, session, null)
                .fact("decision", "deny")
                .fact("rule", "pods.default.rules[2]")
                .build();
    }

    static AuditEvent dispatch(String call, String session) {
        return dispatch(call, session, null);
    }

    static AuditEvent dispatch(String call, String session, @Nullable String parent) {
        return event(AuditEvent.Type.DISPATCH, call, session, parent)
                .arguments(Arguments.of(Map.of("path", "/srv/docs/" + call)))
                .build();
    }

    static AuditEvent outcome(String call, String session) {
        return event(AuditEvent.Type.OUTCOME, call, session, null)
                .fact("outcome", "completed")
                .fact("durUs", 1_250)
                .build();
    }

    static AuditEvent.Builder event(AuditEvent.Type type, String call, String session, @Nullable String parent) {
        return AuditEvent.of(type)
                .fact("call", call)
                .fact("session", session)
                .fact("parent", parent)
                .fact("server", "files")
                .fact("tool", "read_text_file");
    }

    static AuditReceipt write(AuditSink log, AuditEvent event) {
        return log.append(event, Acknowledgement.DURABLE).toCompletableFuture().join();
    }

    /** Decisions {@code late-0}, {@code late-1}, ... of which the first of each batch waits for none before it. */
    static void inOneBatch(AuditSink log, int count) {
        CompletableFuture<?>[] all = IntStream.range(0, count)
                .mapToObj(i -> log.append(decision("late-" + i, "s"), Acknowledgement.DURABLE)
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).join();
    }

    /**
     * The batches that a damaged segment still has as they were written.
     *
     * @param records in them
     * @param end where the last of them ends
     */
    record Whole(long records, int end) {
        static Whole of(byte[] written, int from, byte[] damaged) {
            int mismatch =
                    Arrays.mismatch(written, 0, written.length, damaged, 0, Math.min(damaged.length, written.length));
            int same = mismatch < 0 ? written.length : mismatch;
            Whole whole = new Whole(0, from);
            long pending = 0;
            int at = from;
            while (at < same) {
                int end = at + 8 + ByteBuffer.wrap(written).getInt(at);
                if (end > same) {
                    break;
                }
                pending++;
                if (written[at + 8] == 'T') {
                    whole = new Whole(whole.records + pending - 1, end);
                    pending = 0;
                }
                at = end;
            }
            return whole;
        }

        /** Whether nothing but zeros follows: as if the log had been closed here. */
        boolean isAll(byte[] damaged) {
            return end >= damaged.length
                    || Arrays.equals(damaged, end, damaged.length, new byte[damaged.length], end, damaged.length);
        }
    }

    /** A call that was carried out: two records. */
    static void call(AuditSink log, String call, String session) {
        write(log, dispatch(call, session));
        write(log, outcome(call, session));
    }

    /**
     * Gives a file this content. Unlike {@code Files.write} it never empties the file first, which some file systems answer
     * with a flush to disk each time.
     */
    static void overwrite(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content), 0);
            channel.truncate(content.length);
        }
    }
}
