package dev.ilura.adapter.postgresql;

import dev.ilura.spi.AuditSink;
import dev.ilura.testkit.AuditSinkContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What the gate relies on, with a real server behind it. */
class PostgresSinkPeerIT extends AuditSinkContract {
    private static PostgresServer server;

    @TempDir
    private Path keys;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    protected AuditSink open() {
        return PostgresAuditLog.in(server.source(), "gateway " + UUID.randomUUID(), keys.resolve("keys"))
                .open();
    }
}
