package dev.ilura.adapter.postgresql;

import dev.ilura.AuditRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The logs of one database remember each other: whoever rewrites one with its key would have to rewrite all others with
 * theirs.
 */
final class CrossAnchors {
    private final byte[] logId;
    private final long everyNanos;
    /** By name: how much of that log is remembered. */
    private final Map<String, Long> remembered = new HashMap<>();

    private long lastNanos;

    CrossAnchors(byte[] logId, Duration every, long now) {
        this.logId = logId.clone();
        this.everyNanos = every.toNanos();
        this.lastNanos = now - everyNanos;
    }

    /** Reads what this log remembers already. */
    void load(Connection connection) throws SQLException {
        for (AuditRecord record : LogTables.records(
                connection,
                "SELECT seq, body FROM ilura_record WHERE log_id = ? AND type = 'anchor' ORDER BY seq",
                logId)) {
            record.text("origin")
                    .ifPresent(origin ->
                            remembered.put(origin, record.integer("size").orElse(0L)));
        }
    }

    boolean isDue(long now) {
        return now - lastNanos >= everyNanos;
    }

    /** Facts of the records to write about logs that have grown. */
    List<Map<String, Object>> news(Connection connection, long now) throws SQLException {
        lastNanos = now;
        List<Map<String, Object>> news = new ArrayList<>();
        for (LogTables.Other other : LogTables.others(connection, logId)) {
            long known = remembered.getOrDefault(other.origin(), 0L);
            if (other.size() > known && LogTables.hasNews(connection, other, known)) {
                Map<String, Object> facts = new TreeMap<>();
                facts.put("anchor", "log");
                facts.put("origin", other.origin());
                facts.put("size", other.size());
                facts.put("note", other.note());
                news.add(facts);
                remembered.put(other.origin(), other.size());
            }
        }
        return news;
    }
}
