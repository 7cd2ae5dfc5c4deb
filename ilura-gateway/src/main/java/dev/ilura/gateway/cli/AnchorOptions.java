package dev.ilura.gateway.cli;

import dev.ilura.IluraException;
import dev.ilura.audit.Anchor;
import dev.ilura.audit.AuditReader;
import dev.ilura.audit.TimeStampTokens;
import dev.ilura.audit.verify.LogVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What an operator has from outside the log to hold it against. */
record AnchorOptions(
        List<Path> anchors,
        List<String> witnesses,
        @Nullable Path authorities,
        List<Path> others) {

    /**
     * @param asked places that are asked now what they remember
     */
    void apply(LogVerifier verifier, Path directory, List<Anchor> asked) {
        try {
            for (Anchor place : asked) {
                place.newest(origin(directory)).ifPresent(verifier::anchored);
            }
            for (Path anchor : anchors) {
                verifier.anchored(Files.readString(anchor, StandardCharsets.UTF_8));
            }
            witnesses.forEach(verifier::witness);
            Path certificates = authorities;
            if (certificates != null) {
                verifier.timeStamps(TimeStampTokens.trusting(certificates)::time);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IluraException(
                    "ILR-CONF-009",
                    "What the log is to be held against cannot be read: " + e.getMessage() + ".",
                    "Name checkpoints, witness keys (name+id+base64) and PEM files as they were given to you; configured"
                            + " anchors must answer.",
                    e);
        }
        for (Path other : others) {
            remembered(AuditReader.open(other), origin(directory)).forEach(verifier::anchored);
        }
    }

    /** Checkpoints of a log that the records of another one hold. */
    private static List<String> remembered(AuditReader other, String origin) {
        return LongStream.range(0, other.size())
                .mapToObj(number -> other.record(number).orElseThrow())
                .filter(record -> record.type().equals("anchor")
                        && record.text("origin").filter(origin::equals).isPresent())
                .flatMap(record -> record.text("note").stream())
                .toList();
    }

    private static String origin(Path directory) {
        return AuditReader.open(directory)
                .record(0)
                .flatMap(genesis -> genesis.text("origin"))
                .orElse("");
    }

    /** How many records the log's own checkpoint counts; 0 if it has none. Only for showing how far a check has come. */
    static long claimedSize(Path directory) {
        Path inside = directory.resolve("log");
        Path checkpoint = (Files.isDirectory(inside) ? inside : directory).resolve("checkpoint");
        try {
            String[] lines =
                    Files.readString(checkpoint, StandardCharsets.UTF_8).split("\n", 3);
            return lines.length == 3 && lines[1].matches("[0-9]{1,15}") ? Long.parseLong(lines[1]) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
