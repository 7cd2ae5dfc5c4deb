package dev.ilura.examples;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.Gateway;
import dev.ilura.json.Digests;
import dev.ilura.policy.Policies;
import dev.ilura.spi.AuditSink;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/** How do I send the log somewhere else? With a sink: here each record names the hash of the one before, on a console. */
public final class OwnAuditSink implements AuditSink {
    private final ReentrantLock order = new ReentrantLock();
    private String last = Digests.sha256Hex("");
    private long next;

    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        try (Gateway gateway = Gateway.builder()
                .server(StdioServer.named("notes")
                        .command("java", "-cp", Notes.CODE, Notes.SERVER, notes.toString())
                        .spawn(Notes.rules())
                        .roots(notes))
                .policy(Policies.rules().allow("notes/list_notes").denyOthers())
                .audit(new OwnAuditSink())
                .build()) {
            gateway.call("notes", "list_notes", Map.of());
            gateway.call("notes", "delete_note", Map.of("path", "welcome.md"));
        }
    }

    /** The gate waits for the stage before it acts, so a sink that fails it stops the call. */
    @Override
    public CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
        order.lock();
        try {
            last = Digests.sha256Hex(last + event.type().label() + event.facts());
            event.text("call")
                    .flatMap(call -> event.text("tool"))
                    .ifPresent(tool -> System.out.println(about(event, tool) + ", " + level));
            return CompletableFuture.completedFuture(new AuditReceipt(next++, last));
        } finally {
            order.unlock();
        }
    }

    private static String about(AuditEvent event, String tool) {
        return event.type().label() + " " + tool + " "
                + event.text("outcome").or(() -> event.text("decision")).orElse("");
    }

    @Override
    public void close() {
        System.out.println("closed");
    }
}
