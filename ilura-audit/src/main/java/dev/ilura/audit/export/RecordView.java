package dev.ilura.audit.export;

import dev.ilura.AuditRecord;
import java.util.Locale;
import java.util.Optional;

/** One way to write records for another system. Sees records in the order of the log; used once, by one thread. */
public interface RecordView {
    /** The record as one line of JSON, without a line feed. */
    String line(AuditRecord record);

    /**
     * A view by the name that the command line uses.
     *
     * @param name {@code ocsf}, {@code otel} or {@code jsonl}
     * @param origin the log's name
     * @param version of the product, for readers of the view
     * @return empty if there is none of this name
     */
    static Optional<RecordView> named(String name, String origin, String version) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "ocsf" -> Optional.of(new OcsfEvents(origin, version));
            case "otel" -> Optional.of(new OtelLogs(origin, version));
            case "jsonl" -> Optional.of(new JsonLines());
            default -> Optional.empty();
        };
    }
}
