package dev.ilura.audit;

import dev.ilura.audit.IndexFolder.Sealed;
import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Begins with what an index holds of complete segments, as far as it is sound and the segments are those it was made of. */
final class IndexLoad {
    private final LogFolder log;
    private final IndexFolder folder;
    private final LogIndex index;
    private final LogReader reader;

    IndexLoad(LogFolder log, IndexFolder folder, LogIndex index) {
        this.log = log;
        this.folder = folder;
        this.index = index;
        this.reader = new LogReader(log, index);
    }

    /**
     * What is known at the end of the last complete segment.
     *
     * @param trailer the one that ends it
     */
    record Resumed(SealedState state, Trailer trailer) {}

    /**
     * Loads the index and lets a scan start behind it; empty, and nothing loaded, if all must be read.
     *
     * @param atMost records that may be passed over
     */
    Optional<Resumed> resume(LogScan scan, Standing standing, long atMost) throws IOException {
        long first = scan.start();
        List<Sealed> sealed = new ArrayList<>(folder.sealed(log, first));
        sealed.removeIf(segment -> segment.end() > atMost);
        Optional<Trailer> trailer = sealed.isEmpty() ? Optional.empty() : resumed(scan, sealed.get(sealed.size() - 1));
        if (trailer.isEmpty()) {
            folder.remove(folder.runs(first, Long.MAX_VALUE));
            index.startAt(first);
            return Optional.empty();
        }
        SealedState state = sealed.get(sealed.size() - 1).state();
        List<KeyRun> runs = new ArrayList<>(folder.runs(first, state.tree().size()));
        index.load(sealed, List.of());
        for (Sealed segment : sealed) {
            long start = segment.places().first();
            if (runs.stream().noneMatch(run -> run.first() <= start && run.end() >= segment.end())) {
                runs.add(rebuilt(segment));
            }
        }
        index.load(sealed, runs);
        standing.resume(state, reader);
        return Optional.of(new Resumed(state, trailer.get()));
    }

    private Optional<Trailer> resumed(LogScan scan, Sealed last) throws IOException {
        SealedState state = last.state();
        return Optional.ofNullable(
                scan.resume(last.places().first(), state.trailerAt(), state.logId(), state.tree(), state.lastHash()));
    }

    private KeyRun rebuilt(Sealed segment) throws IOException {
        ActiveKeys keys = new ActiveKeys(segment.places().first());
        FlatRecord view = new FlatRecord();
        for (long number = segment.places().first(); number < segment.end(); number++) {
            byte[] record = reader.bytes(number);
            keys.add(new RecordKeys(index.seed()).of(number, view.read(record, 0, record.length)));
        }
        return folder.write(keys, segment.end());
    }
}
