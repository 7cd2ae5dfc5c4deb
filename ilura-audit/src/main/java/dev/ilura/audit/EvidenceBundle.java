package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** Some records of a log with what proves them; docs/audit-format.md has the form. */
final class EvidenceBundle {
    private final String note;
    private final Checkpoint checkpoint;
    private final LogFolder folder;
    private final SortedMap<Long, AuditRecord> records = new TreeMap<>();

    /**
     * About these records, under the newest published checkpoint.
     *
     * @throws IllegalArgumentException if that does not cover them
     */
    EvidenceBundle(LogFolder folder, Collection<AuditRecord> chosen) throws IOException {
        this.folder = folder;
        this.note = Files.readString(folder.checkpoint(), StandardCharsets.UTF_8);
        this.checkpoint = Checkpoint.parseBody(note.substring(0, note.indexOf("\n\n") + 1));
        chosen.forEach(record -> records.put(record.number(), record));
        if (records.lastKey() >= checkpoint.size()) {
            throw new IllegalArgumentException("record " + records.lastKey() + " is not under the checkpoint of "
                    + checkpoint.size() + " records yet");
        }
    }

    String text() throws IOException {
        ProofCollector collector = new ProofCollector(checkpoint.origin(), checkpoint.size());
        records.forEach((number, record) -> collector.want(number, record.json().raw()));
        new LogScan(folder).advance(collector);
        StringBuilder out = new StringBuilder("ilura/evidence@v1\n");
        collector
                .keys()
                .all()
                .forEach(key -> out.append("key ").append(key.line()).append('\n'));
        collector.parts().forEach(part -> part.appendTo(out.append('\n')));
        return out.append("\ncheckpoint\n").append(note).toString();
    }
}
