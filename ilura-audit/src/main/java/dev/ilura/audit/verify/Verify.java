package dev.ilura.audit.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The verifiers as a program: {@code Verify PATH [--key KEY] [--last-signature]}, where the path is a log or an evidence
 * bundle. Exit code 0: sound; 1: not sound; 2: used wrongly or unreadable.
 */
public final class Verify {
    private static final String USAGE = "usage: Verify DIRECTORY|BUNDLE [--key KEY] [--last-signature]";

    private Verify() {}

    /** Runs and exits. */
    public static void main(String[] args) {
        System.exit(run(args, new PrintStream(System.out, true, StandardCharsets.UTF_8), System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        List<String> rest = new ArrayList<>(List.of(args));
        boolean lastOnly = rest.remove("--last-signature");
        int key = rest.indexOf("--key");
        Optional<String> pin = key >= 0 && key + 1 < rest.size() ? Optional.of(rest.remove(key + 1)) : Optional.empty();
        rest.remove(key >= 0 && pin.isPresent() ? "--key" : "");
        if (rest.size() != 1 || !Files.exists(Path.of(rest.get(0)))) {
            err.println(USAGE);
            return 2;
        }
        try {
            Path path = Path.of(rest.get(0));
            return Files.isDirectory(path) ? log(path, pin, lastOnly, out) : evidence(path, pin, out);
        } catch (IOException e) {
            err.println("cannot be read: " + e);
            return 2;
        }
    }

    private static int log(Path path, Optional<String> pin, boolean lastOnly, PrintStream out) throws IOException {
        LogVerifier verifier = LogVerifier.of(path);
        pin.ifPresent(verifier::pinned);
        VerificationReport report = (lastOnly ? verifier.lastSignatureOnly() : verifier).verify();
        out.print(report.text());
        return report.isSound() ? 0 : 1;
    }

    private static int evidence(Path path, Optional<String> pin, PrintStream out) throws IOException {
        EvidenceVerifier verifier =
                pin.map(EvidenceVerifier::pinned).orElseGet(EvidenceVerifier::trustingTheBundlesKeys);
        EvidenceReport report = verifier.verify(Files.readString(path, StandardCharsets.UTF_8));
        out.print(report.text());
        return report.isSound() ? 0 : 1;
    }
}
