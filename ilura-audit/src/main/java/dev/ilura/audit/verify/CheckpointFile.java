package dev.ilura.audit.verify;

import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogKey;
import java.security.Provider;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest published checkpoint, against the states that the log went through. */
final class CheckpointFile {
    private final Optional<String> note;
    private final Optional<Checkpoint> claimed;
    private boolean holds;
    private List<LogKey> signers = List.of();

    CheckpointFile(Optional<String> note) {
        this.note = note;
        this.claimed = note.flatMap(CheckpointFile::body);
    }

    /** What a note claims, whoever signed it. */
    static Optional<Checkpoint> body(String note) {
        try {
            return Optional.of(Checkpoint.parseBody(note.substring(0, note.indexOf("\n\n") + 1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException notCheckpoint) {
            return Optional.empty();
        }
    }

    /** Sees a state that the log went through, with the keys in force after it. */
    void state(Checkpoint stands, List<LogKey> inForce) {
        if (claimed.equals(Optional.of(stands))) {
            holds = true;
            signers = inForce;
        }
    }

    /**
     * Says what is wrong, once the whole log was read.
     *
     * @param size records that stand
     * @param inForce the keys at the end of the log
     */
    void report(long size, List<LogKey> inForce, @Nullable Provider provider, Findings findings) {
        if (claimed.isEmpty()) {
            if (note.isPresent()) {
                findings.wrong("the checkpoint file is not a checkpoint");
            } else if (size > 1) {
                findings.wrong("the checkpoint file is missing");
            }
            return;
        }
        long counts = claimed.get().size();
        if (counts > size) {
            findings.wrong(size, "the checkpoint counts " + counts + " records, " + size + " stand");
        } else if (!holds) {
            findings.wrong("the checkpoint of " + counts + " records has another history");
        }
        try {
            Checkpoint.parse(note.orElse(""), holds ? signers : inForce, provider);
        } catch (IllegalArgumentException e) {
            findings.wrong("the checkpoint file: " + e.getMessage());
        }
    }
}
