/** PostgreSQL as the sequencer of an audit log. */
module dev.ilura.adapter.postgresql {
    requires transitive dev.ilura.core;
    requires transitive java.sql;
    requires transitive dev.ilura.audit;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.ilura.adapter.postgresql;

    provides dev.ilura.spi.AuditSinkProvider with
            dev.ilura.adapter.postgresql.PostgresAuditSinkProvider;
}
