package dev.ilura.adapter.postgresql;

import dev.ilura.json.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The writer's connection. It holds an advisory lock for as long as it lives, so that a second writer is told at once. */
final class Session implements AutoCloseable {
    private final Connection connection;

    private Session(Connection connection) {
        this.connection = connection;
    }

    /** A connection to write a gateway's log with; throws {@link InUseException} if another one does. */
    static Session open(DataSource source, String gateway) throws SQLException {
        Connection connection = source.getConnection();
        try {
            prepare(connection);
            if (!tryLock(connection, gateway)) {
                throw new InUseException();
            }
            connection.commit();
            return new Session(connection);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Somebody else holds the lock. */
    static final class InUseException extends SQLException {
        private static final long serialVersionUID = 1L;
    }

    /** What was acknowledged has to survive a crash of the server, whatever its default is. */
    private static void prepare(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit TO on");
        }
    }

    private static boolean tryLock(Connection connection, String gateway) throws SQLException {
        byte[] digest = Digests.sha256(("ilura audit " + gateway).getBytes(StandardCharsets.UTF_8));
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
            lock.setLong(1, ByteBuffer.wrap(digest).getLong());
            try (ResultSet result = lock.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
