package dev.ilura.audit;

import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.Break;
import dev.ilura.audit.format.Pruned;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Removes whole segments from the front of a log. What later proofs need of them is written first, so that whatever happens in
 * between, the log is sound and the next opening goes on with it.
 */
final class Retention {
    private final LogFolder folder;

    Retention(LogFolder folder) {
        this.folder = folder;
    }

    /**
     * Removes all records below this one, with which a segment must start.
     *
     * @throws IOException if what is to be removed is not in good order; nothing is removed then
     */
    void removeBelow(long minimum) throws IOException {
        LogScan scan = new LogScan(folder);
        ProofCollector collector = new ProofCollector(LogScan.originOf(folder).orElse(""), minimum);
        Break broken = scan.advance(collector, minimum);
        if (broken != null || scan.size() != minimum) {
            throw new IOException("records below " + minimum + " cannot be removed: "
                    + (broken == null ? "no segment starts there" : broken.why()));
        }
        Pruned pruned = new Pruned(minimum, collector.tree().complete(), collector.parts());
        PrivateFiles.replace(folder.pruned(), pruned.text().getBytes(StandardCharsets.UTF_8));
        finish(minimum);
    }

    /** Removes what stands below a minimum that is already written. */
    void finish(long minimum) throws IOException {
        if (minimum == 0) {
            return;
        }
        for (Path segment : folder.segments()) {
            long first = LogFolder.firstRecord(segment);
            if (first < minimum) {
                Files.deleteIfExists(folder.payloads(first));
                Files.delete(segment);
            }
        }
        for (Path file : torn()) {
            String name = file.getFileName().toString();
            if (Long.parseLong(name.substring(0, name.indexOf(name.indexOf('-') < 0 ? '.' : '-'))) < minimum) {
                Files.delete(file);
            }
        }
        PrivateFiles.forceDirectory(folder.path());
    }

    private List<Path> torn() throws IOException {
        if (!Files.isDirectory(folder.torn())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.torn())) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]{1,18}(-[0-9]+)?\\.torn"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }
}
