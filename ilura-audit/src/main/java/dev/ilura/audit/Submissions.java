package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.ConsistencyProof;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Makes submissions of checkpoints, with proofs from the log's own files. Remembers where the last proof began, so that the
 * next one reads only what came since. Belongs to the thread of one anchor.
 */
final class Submissions {
    private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,99}");

    private final LogFolder folder;
    private final String origin;
    private LogScan start;

    Submissions(LogFolder folder, String origin) {
        this.folder = folder;
        this.origin = origin;
        this.start = new LogScan(folder);
    }

    Submission of(String note) {
        return new Of(note, NoteText.parse(note).checkpoint());
    }

    private List<Bytes> consistency(long from, Checkpoint to) throws IOException {
        if (start.size() > from) {
            start = new LogScan(folder);
        }
        start.advanceTo(from, new Leaves(null));
        if (start.size() != from) {
            throw new IOException("no batch of the log ends after " + from + " records");
        }
        ConsistencyProof proof = new ConsistencyProof(start.tree(), to.size());
        LogScan on = start.copy();
        on.advanceTo(to.size(), new Leaves(proof));
        if (on.size() != to.size() || !on.tree().root().equals(to.root())) {
            throw new IOException("the log's files do not have the checkpoint of " + to.size() + " records");
        }
        return proof.hashes();
    }

    /** Hands leaves on to a proof, if there is one. */
    private record Leaves(@org.jspecify.annotations.Nullable ConsistencyProof proof) implements LogScan.Visitor {
        @Override
        public void record(LogScan.RecordAt at) {
            // only its leaf is needed
        }

        @Override
        public void leaf(long number, byte[] hash) {
            if (proof != null) {
                proof.add(number, hash);
            }
        }

        @Override
        public void batch(Trailer trailer) {
            // the checkpoint is what is proven
        }
    }

    private final class Of implements Submission {
        private final String note;
        private final Checkpoint checkpoint;

        Of(String note, Checkpoint checkpoint) {
            this.note = note;
            this.checkpoint = checkpoint;
        }

        @Override
        public String origin() {
            return origin;
        }

        @Override
        public String note() {
            return note;
        }

        @Override
        public long size() {
            return checkpoint.size();
        }

        @Override
        public byte[] root() {
            return checkpoint.root().toArray();
        }

        @Override
        public List<byte[]> consistencySince(long earlierSize) throws IOException {
            if (earlierSize < 1 || earlierSize > size()) {
                throw new IllegalArgumentException(
                        "a log of " + size() + " records does not continue one of " + earlierSize);
            }
            if (earlierSize == size()) {
                return List.of();
            }
            List<byte[]> hashes = new ArrayList<>();
            consistency(earlierSize, checkpoint).forEach(hash -> hashes.add(hash.toArray()));
            return hashes;
        }

        @Override
        public void keep(String fileName, byte[] content) throws IOException {
            if (!FILE_NAME.matcher(fileName).matches()) {
                throw new IllegalArgumentException("\"" + fileName + "\" is no file name for an anchor");
            }
            PrivateFiles.directory(folder.anchors());
            PrivateFiles.replace(folder.anchors().resolve(fileName), content);
        }
    }
}
