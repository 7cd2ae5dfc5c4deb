package dev.ilura.audit;

import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.InclusionProof;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.LogScan;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Pruned;
import dev.ilura.audit.format.Trailer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One record's proof in the form {@code c2sp.org/tlog-proof@v1}, under the newest published checkpoint with all cosignatures
 * of exactly it that are there. The record itself is the extra data.
 */
final class LogProof {
    private LogProof() {}

    /**
     * @throws IllegalArgumentException if the checkpoint does not cover the record
     */
    static String of(LogFolder folder, long number, byte[] record) throws IOException {
        String note = Files.readString(folder.checkpoint(), StandardCharsets.UTF_8);
        Checkpoint checkpoint = NoteText.parse(note).checkpoint();
        InclusionProof proof = new InclusionProof(number, checkpoint.size());
        prove(folder, checkpoint, Collections.singletonList(proof));
        StringBuilder out = new StringBuilder("c2sp.org/tlog-proof@v1\nextra ")
                .append(Base64Text.standard(record))
                .append("\nindex ")
                .append(number)
                .append('\n');
        proof.hashes()
                .forEach(hash -> out.append(Base64Text.standard(hash.toArray())).append('\n'));
        out.append('\n').append(note);
        cosignatures(folder, checkpoint).forEach(line -> out.append(line).append('\n'));
        return out.toString();
    }

    /** Lets proofs see all leaves that a checkpoint counts. */
    static void prove(LogFolder folder, Checkpoint checkpoint, List<InclusionProof> proofs) throws IOException {
        new LogScan(folder).advanceTo(checkpoint.size(), new LogScan.Visitor() {
            @Override
            public void pruned(Pruned before) {
                proofs.forEach(proof -> proof.add(before));
            }

            @Override
            public void record(LogScan.RecordAt at) {
                // only its leaf is needed
            }

            @Override
            public void leaf(long number, byte[] hash) {
                proofs.forEach(proof -> proof.add(number, hash));
            }

            @Override
            public void batch(Trailer trailer) {
                // the checkpoint is what is proven against
            }
        });
    }

    /** What witnesses signed of this very checkpoint. */
    private static List<String> cosignatures(LogFolder folder, Checkpoint checkpoint) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : folder.anchored(".cosigned")) {
            NoteText note = NoteText.parse(Files.readString(file, StandardCharsets.UTF_8));
            if (note.checkpoint().equals(checkpoint)) {
                lines.addAll(note.others());
            }
        }
        return lines;
    }
}
