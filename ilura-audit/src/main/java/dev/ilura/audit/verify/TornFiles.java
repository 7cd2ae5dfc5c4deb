package dev.ilura.audit.verify;

import dev.ilura.audit.format.FlatRecord;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Files that recovery kept aside, against what its records say of them. */
final class TornFiles {
    private final List<TornFile> all = new ArrayList<>();

    private record TornFile(long record, String name, String sha256) {}

    /** Sees a recovery record. */
    void record(long number, FlatRecord recovery) {
        String name = recovery.text("tornFile");
        String sha256 = recovery.text("tornSha256");
        if (name != null && sha256 != null) {
            all.add(new TornFile(number, name, sha256));
        }
    }

    void report(LogFolder folder, Findings findings) throws IOException {
        for (TornFile file : all) {
            report(file, folder, findings);
        }
    }

    private static void report(TornFile file, LogFolder folder, Findings findings) throws IOException {
        boolean plainName = file.name().matches("[0-9]+(-[0-9]+)?\\.torn");
        Path path = folder.torn().resolve(plainName ? file.name() : "unnamed");
        if (!Files.exists(path)) {
            findings.note("record " + file.record() + " speaks of " + path.getFileName() + ", which is not there");
        } else if (!file.sha256().equals(HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(path))))) {
            findings.wrong(file.record(), path.getFileName() + " is not what was kept aside");
        }
    }
}
