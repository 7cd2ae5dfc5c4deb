package dev.ilura.audit;

import dev.ilura.AuditRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.spi.AuditTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads a log without writing it, also while a gateway is writing it: each question first takes in what was added since the
 * last one. Uses the writer's index where there is one, and compares every record with what the index said of it; whether
 * the log is sound only {@link dev.ilura.audit.verify.LogVerifier} says.
 * Thread-safe.
 */
public final class AuditReader implements AuditTrail {
    private final LogFolder folder;
    private final LogScan scan;
    private final IndexFill fill;
    private final LogReader reader;
    private final ReentrantLock scanning = new ReentrantLock();

    private AuditReader(LogFolder folder) throws IOException {
        IndexFolder kept = IndexFolder.reading(folder.index());
        LogIndex index = new LogIndex(kept);
        Standing standing = new Standing();
        this.folder = folder;
        this.scan = new LogScan(folder);
        this.fill = new IndexFill(index, scan, standing);
        this.reader = new LogReader(folder, index);
        new IndexLoad(folder, kept, index).resume(scan, standing, Long.MAX_VALUE);
    }

    /**
     * Opens a log for reading.
     *
     * @param directory a state directory, or the {@code log} folder in it
     * @throws dev.ilura.IluraException ILR-AUDIT-002 if there is none
     */
    public static AuditReader open(Path directory) {
        Path inside = directory.resolve("log");
        LogFolder folder = new LogFolder(Files.isDirectory(inside) ? inside : directory);
        try {
            AuditReader reader = new AuditReader(folder);
            if (reader.current().size() == 0) {
                throw new IOException("there is no log");
            }
            return reader;
        } catch (IOException e) {
            throw AuditErrors.unusable(folder.path(), e);
        }
    }

    @Override
    public long size() {
        return current().size();
    }

    @Override
    public long oldest() {
        return current().oldest();
    }

    @Override
    public Optional<AuditRecord> record(long number) {
        return current().record(number);
    }

    @Override
    public List<AuditRecord> ofCall(String call) {
        return current().ofCall(call);
    }

    @Override
    public List<AuditRecord> trace(String call) {
        return current().trace(call);
    }

    @Override
    public List<AuditRecord> ofSession(String session, int limit) {
        return current().ofSession(session, limit);
    }

    @Override
    public List<AuditRecord> effects(String call) {
        return current().effects(call);
    }

    @Override
    public List<AuditRecord> by(Key key, String value, int limit) {
        return current().by(key, value, limit);
    }

    /**
     * Evidence about a call that a third party can check without this log: its records and those of the calls that led to
     * it, the log's first record with its keys, a proof of each, and the signed checkpoint. See
     * {@link dev.ilura.audit.verify.EvidenceVerifier}.
     *
     * @throws dev.ilura.IluraException ILR-AUDIT-011 if the call is not in the log or its records are not yet under a
     *     published checkpoint
     */
    public String prove(String call) {
        List<AuditRecord> records = new ArrayList<>(trace(call));
        if (records.isEmpty()) {
            throw AuditErrors.unprovable(call, "it is not in the log");
        }
        try {
            records.addAll(new Grounds(records).find(folder));
            return new EvidenceBundle(folder, records).text();
        } catch (IOException e) {
            throw AuditErrors.unusable(folder.path(), e);
        } catch (IllegalArgumentException e) {
            throw AuditErrors.unprovable(call, e.getMessage());
        }
    }

    /**
     * The proof of one record in the form {@code c2sp.org/tlog-proof@v1}, with the record as extra data and the cosignatures
     * of witnesses that are there. See {@link dev.ilura.audit.verify.ProofVerifier}.
     *
     * @throws dev.ilura.IluraException ILR-AUDIT-011 if the record is not in the log or not yet under a published checkpoint
     */
    public String proof(long number) {
        AuditRecord record = record(number)
                .orElseThrow(() -> AuditErrors.unprovable(Long.toString(number), "the log has no such record"));
        try {
            return LogProof.of(folder, number, record.json().bytes());
        } catch (IOException e) {
            throw AuditErrors.unusable(folder.path(), e);
        } catch (IllegalArgumentException e) {
            throw AuditErrors.unprovable(Long.toString(number), e.getMessage());
        }
    }

    /**
     * Writes the log as static files, {@code c2sp.org/tlog-tiles}, up to the newest published checkpoint. Behind any file
     * server they are a public log. What is there already from an earlier export is kept.
     *
     * @return how many records were exported
     * @throws dev.ilura.IluraException ILR-AUDIT-020 if that is not possible
     */
    public long exportTiles(Path target) {
        try {
            return new TileExport(folder, target).write();
        } catch (IOException e) {
            throw AuditErrors.notExported(target, e);
        }
    }

    private LogReader current() {
        scanning.lock();
        try {
            fill.discard();
            scan.advance(fill);
            return reader;
        } catch (IOException e) {
            throw AuditErrors.unusable(folder.path(), e);
        } finally {
            scanning.unlock();
        }
    }
}
