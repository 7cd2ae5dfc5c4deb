package dev.ilura.audit.verify;

import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.Pruned;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the verifier was told that others remember of the log, against the states that it went through. */
final class OutsideMemory {
    private final List<Optional<Checkpoint>> remembered;
    private final Set<Checkpoint> held = new HashSet<>();

    OutsideMemory(List<String> notes) {
        this.remembered = notes.stream().map(CheckpointFile::body).toList();
    }

    /** Sees a state that the log went through. */
    void state(Checkpoint stands) {
        if (remembered.contains(Optional.of(stands))) {
            held.add(stands);
        }
    }

    /**
     * Says what is wrong, once the whole log was read.
     *
     * @param size records that stand
     */
    void report(String origin, long size, @Nullable Pruned before, Findings findings) {
        for (Optional<Checkpoint> anchor : remembered) {
            if (anchor.isEmpty()) {
                findings.wrong("an anchor is not a checkpoint");
                continue;
            }
            long counts = anchor.get().size();
            boolean isRemoved = before != null && anchor.get().origin().equals(origin) && counts < before.minimum();
            if (counts > size) {
                findings.wrong(size, "an anchor remembers " + counts + " records, " + size + " stand");
            } else if (isRemoved) {
                findings.note("an anchor remembers " + counts + " records, which were removed; it cannot be compared");
            } else if (!held.contains(anchor.get())) {
                findings.wrong("an anchor remembers another history or another log: " + anchor.get());
            }
        }
    }

    /** The largest size that is remembered and was gone through; 0 if there is none. */
    long size() {
        return held.stream().mapToLong(Checkpoint::size).max().orElse(0);
    }
}
