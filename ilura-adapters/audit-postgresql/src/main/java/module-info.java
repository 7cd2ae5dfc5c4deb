/** PostgreSQL as the sequencer of an audit log. */
module dev.ilura.adapter.postgresql {
    requires transitive dev.ilura.core;
    requires dev.ilura.audit;
    requires static org.jspecify;
}
