package dev.ilura.audit.verify;

import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.WitnessKey;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What anchors gave in return and the log kept: cosigned checkpoints and time stamps. Each must be a state that the log went
 * through. It counts as an anchor only if the verifier was given the witness's key or the authority's certificate: whoever
 * can write the directory can also put keys of his own there.
 */
final class KeptAnchors {
    private static final String STAMP = ".tsr";

    private final List<Kept> all = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    /** Of those that the log went through: the keys then in force. */
    private final Map<Checkpoint, List<LogKey>> held = new HashMap<>();

    /**
     * One of them.
     *
     * @param by who gave it; null if that is not known to the verifier
     */
    private record Kept(
            String file,
            NoteText note,
            Checkpoint checkpoint,
            @Nullable String by,
            Optional<Instant> time) {}

    private KeptAnchors() {}

    static KeptAnchors read(LogFolder folder, List<WitnessKey> witnesses, @Nullable TimeStampCheck stamps)
            throws IOException {
        KeptAnchors kept = new KeptAnchors();
        for (Path file : folder.anchored(".cosigned")) {
            kept.cosigned(file, witnesses);
        }
        for (Path file : folder.anchored(STAMP)) {
            kept.stamped(file, stamps);
        }
        return kept;
    }

    private void cosigned(Path file, List<WitnessKey> witnesses) throws IOException {
        String name = "anchors/" + file.getFileName();
        try {
            NoteText note = NoteText.parse(Files.readString(file, StandardCharsets.UTF_8));
            Checkpoint checkpoint = note.checkpoint();
            Kept known = null;
            for (String line : note.others()) {
                for (WitnessKey witness : witnesses) {
                    Optional<Instant> time = witness.cosigned(checkpoint, line);
                    if (time.isPresent()) {
                        known = new Kept(name, note, checkpoint, "the witness " + witness.name(), time);
                    }
                }
            }
            all.add(known != null ? known : new Kept(name, note, checkpoint, null, Optional.empty()));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            findings.add(name + ": " + e.getMessage());
        }
    }

    private void stamped(Path file, @Nullable TimeStampCheck stamps) throws IOException {
        String name = "anchors/" + file.getFileName();
        Path text = file.resolveSibling(file.getFileName().toString().replace(STAMP, ".note"));
        try {
            byte[] stamped = Files.readAllBytes(text);
            NoteText note = NoteText.parse(new String(stamped, StandardCharsets.UTF_8));
            Optional<Instant> time = Optional.empty();
            if (stamps != null) {
                time = Optional.of(stamps.time(stamped, Files.readAllBytes(file)));
            }
            all.add(new Kept(
                    name, note, note.checkpoint(), time.isPresent() ? "a time stamping authority" : null, time));
        } catch (NoSuchFileException e) {
            findings.add(name + ": the text that it stamps is not there");
        } catch (IllegalArgumentException | IOException e) {
            findings.add(name + ": " + e.getMessage());
        }
    }

    /** Sees a state that the log went through, with the keys in force after it. */
    void state(Checkpoint checkpoint, List<LogKey> keys) {
        if (all.stream().anyMatch(kept -> kept.checkpoint().equals(checkpoint))) {
            held.put(checkpoint, keys);
        }
    }

    /**
     * Says what is wrong and what is worth knowing, once the whole log was read.
     *
     * @param minimum number of the first record that retention left
     */
    void report(String origin, long minimum) {
        for (Kept kept : all) {
            Checkpoint checkpoint = kept.checkpoint();
            List<LogKey> keys = held.get(checkpoint);
            if (keys != null) {
                report(kept, keys);
            } else if (checkpoint.origin().equals(origin) && checkpoint.size() < minimum) {
                notes.add(kept.file() + " is about records that were removed; it cannot be compared");
            } else {
                findings.add(kept.file() + " remembers " + checkpoint.size()
                        + " records that this log does not have, or has in another history");
            }
        }
    }

    private void report(Kept kept, List<LogKey> keys) {
        long size = kept.checkpoint().size();
        try {
            kept.note().signedBy(keys);
        } catch (IllegalArgumentException e) {
            findings.add(kept.file() + ": " + e.getMessage());
        }
        notes.add(
                kept.by() == null
                        ? uncounted(kept.file(), size)
                        : kept.by() + " saw " + size + " records at "
                                + kept.time().orElseThrow());
    }

    /** Nothing that was not checked may look as if it had been. */
    private static String uncounted(String file, long size) {
        if (!file.endsWith(STAMP)) {
            return file + " is about " + size
                    + " records and counts only with the key or certificate of whoever gave it";
        }
        return file + " is a time stamp over " + size
                + " records that is present and not checked here, and counts for nothing; check it with: openssl ts"
                + " -verify -data " + file.replace(STAMP, ".note") + " -in " + file + " -CAfile AUTHORITY.pem";
    }

    List<String> findings() {
        return findings;
    }

    List<String> notes() {
        return notes;
    }

    /** Up to here somebody known outside has seen what stands. */
    long size() {
        return all.stream()
                .filter(kept -> kept.by() != null && held.containsKey(kept.checkpoint()))
                .mapToLong(kept -> kept.checkpoint().size())
                .max()
                .orElse(0);
    }
}
