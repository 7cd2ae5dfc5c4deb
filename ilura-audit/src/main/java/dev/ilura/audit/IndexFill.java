package dev.ilura.audit;

import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.Trailer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts the records of a scan into an index, batch by batch: what has no trailer does not stand. */
final class IndexFill implements LogScan.Visitor {
    private final LogIndex index;
    private final List<LogIndex.Place> batch = new ArrayList<>();

    IndexFill(LogIndex index) {
        this.index = index;
    }

    /** A new scan starts a batch that was not whole before from its beginning. */
    void discard() {
        batch.clear();
    }

    @Override
    public void record(RecordAt at) {
        String call = at.view().text("call");
        String session = at.view().text("session");
        batch.add(new LogIndex.Place(
                at.number(),
                firstRecord(at.segment()),
                (int) at.offset(),
                call == null ? "" : call,
                session == null ? "" : session));
    }

    @Override
    public void batch(Trailer trailer) {
        batch.forEach(index::add);
        batch.clear();
    }

    private static long firstRecord(Path segment) {
        return Long.parseLong(segment.getFileName().toString().substring(0, 20));
    }
}
