package dev.ilura.audit.verify;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a check of a log found. Immutable.
 *
 * @param origin the log's name; empty if it has none
 * @param records how many records stand
 * @param batches how many signed batches they are in
 * @param signatures how many signatures were checked and are valid
 * @param head tree root (hex) over the records that stand
 * @param keys the keys that the log is signed with, one line each
 * @param findings what is wrong; the log is evidence only if this is empty
 * @param notes what is not wrong but worth knowing
 * @param unproven what this check cannot rule out, because nothing outside the log says it
 */
public record VerificationReport(
        String origin,
        long records,
        long batches,
        long signatures,
        String head,
        List<String> keys,
        List<Finding> findings,
        List<String> notes,
        List<String> unproven) {

    public VerificationReport {
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(head, "head");
        keys = List.copyOf(keys);
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
        unproven = List.copyOf(unproven);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
        return findings.isEmpty();
    }

    /**
     * Something that is wrong.
     *
     * @param record number of the first record it concerns; empty if it concerns none
     * @param what one sentence without the number
     */
    public record Finding(OptionalLong record, String what) {
        public Finding {
            Objects.requireNonNull(record, "record");
            Objects.requireNonNull(what, "what");
        }

        @Override
        public String toString() {
            return (record.isPresent() ? "record " + record.getAsLong() + ": " : "") + what;
        }
    }

    /** The report for people, several lines. */
    public String text() {
        StringBuilder out = new StringBuilder(256);
        out.append(isSound() ? "sound" : "NOT SOUND")
                .append(": ")
                .append(records)
                .append(" records in ");
        out.append(batches).append(" signed batches, ").append(signatures).append(" signatures valid\n");
        out.append("log:  ").append(origin).append('\n');
        out.append("head: ").append(records).append(':').append(head).append('\n');
        keys.forEach(key -> out.append("key:  ").append(key).append('\n'));
        findings.forEach(finding ->
                out.append("wrong: ").append(Visible.of(finding.toString())).append('\n'));
        notes.forEach(note -> out.append("note: ").append(Visible.of(note)).append('\n'));
        unproven.forEach(gap -> out.append("not proven: ").append(gap).append('\n'));
        return out.toString();
    }
}
