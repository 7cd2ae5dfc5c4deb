package dev.ilura.audit;

import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.KnownMember;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.LogScan.RecordAt;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts the records of a scan into an index, batch by batch: what has no trailer does not stand. */
final class IndexFill implements LogScan.Visitor {
    private final LogIndex index;
    private final LogScan scan;
    private final Standing standing;
    private final List<Found> batch = new ArrayList<>();
    private @Nullable Path segment;

    IndexFill(LogIndex index, LogScan scan, Standing standing) {
        this.index = index;
        this.scan = scan;
        this.standing = standing;
    }

    private record Found(
            int offset,
            RecordKeys keys,
            String type,
            @Nullable String call,
            long micros) {}

    /** A new scan starts a batch that was not whole before from its beginning. */
    void discard() {
        batch.clear();
    }

    @Override
    public void record(RecordAt at) {
        Path before = segment;
        if (!at.segment().equals(before)) {
            if (before != null) {
                seal(before);
            }
            segment = at.segment();
        }
        FlatRecord view = at.view();
        batch.add(new Found(
                (int) at.offset(),
                new RecordKeys(index.seed()).of(at.number(), view),
                Standing.kind(view),
                view.text(KnownMember.CALL),
                view.integer(KnownMember.TS, 0)));
    }

    /** The segment before is complete, and the scan stands at its end. */
    private void seal(Path complete) {
        try {
            index.seal(
                    LogFolder.firstRecord(complete),
                    standing.sealed(
                            Objects.requireNonNull(scan.logId(), "a segment was read"),
                            scan.tree(),
                            scan.lastHash(),
                            scan.trailerAt(),
                            Files.size(complete)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void batch(Trailer trailer) {
        long first = LogFolder.firstRecord(Objects.requireNonNull(segment, "a batch has records"));
        for (Found found : batch) {
            index.add(first, found.offset(), found.keys());
            standing.add(found.type(), found.call(), found.keys().number(), found.micros());
        }
        batch.clear();
    }
}
