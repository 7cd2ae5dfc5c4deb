package dev.ilura.audit;

import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.Trailer;
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
        batch.add(new LogIndex.Place(
                at.number(),
                LogFolder.firstRecord(at.segment()),
                (int) at.offset(),
                key(at.view(), LogIndex.Kind.CALL, "prevInCall"),
                key(at.view(), LogIndex.Kind.SESSION, "prevInSession")));
    }

    @Override
    public void batch(Trailer trailer) {
        batch.forEach(index::add);
        batch.clear();
    }

    private static LogIndex.Key key(FlatRecord view, LogIndex.Kind kind, String link) {
        String key = view.text(kind.member());
        return key == null ? LogIndex.Key.NONE : new LogIndex.Key(key, view.integer(link, -1));
    }
}
