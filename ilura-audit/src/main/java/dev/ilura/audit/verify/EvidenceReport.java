package dev.ilura.audit.verify;

import java.util.List;
import java.util.Objects;

/**
 * What a check of an evidence bundle found. Immutable.
 *
 * @param origin the log that the records are from; empty if the bundle could not be read
 * @param size how many records the log had when its checkpoint was signed
 * @param keys the keys that signed it, one line each
 * @param records the proven records as they stand in the log, oldest first
 * @param statements what the records say about the calls, for people: verdict with its rule trace, who approved and with
 *     which passkey, outcome, the tool as it was pinned
 * @param findings what is wrong; the bundle proves something only if this is empty
 */
public record EvidenceReport(
        String origin,
        long size,
        List<String> keys,
        List<String> records,
        List<String> statements,
        List<String> findings) {
    public EvidenceReport {
        Objects.requireNonNull(origin, "origin");
        keys = List.copyOf(keys);
        records = List.copyOf(records);
        statements = List.copyOf(statements);
        findings = List.copyOf(findings);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
        return findings.isEmpty();
    }

    /** The report for people, several lines. */
    public String text() {
        StringBuilder out = new StringBuilder(256);
        out.append(isSound() ? "sound" : "NOT SOUND").append(": ").append(records.size());
        out.append(" records of a log of ").append(size).append('\n');
        out.append("log: ").append(origin).append('\n');
        keys.forEach(key -> out.append("key: ").append(key).append('\n'));
        records.forEach(record -> out.append(Visible.of(record)).append('\n'));
        statements.forEach(
                statement -> out.append("says: ").append(Visible.of(statement)).append('\n'));
        findings.forEach(
                finding -> out.append("wrong: ").append(Visible.of(finding)).append('\n'));
        return out.toString();
    }
}
