package dev.ilura.audit.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The verifier as a program: {@code Verify DIR [--key FINGERPRINT] [--last-signature]}. Exit code 0: sound; 1: not sound; 2:
 * used wrongly or unreadable.
 */
public final class Verify {
    private static final String USAGE = "usage: Verify DIR [--key FINGERPRINT] [--last-signature]";

    private Verify() {}

    /** Runs and exits. */
    public static void main(String[] args) {
        System.exit(run(args, new PrintStream(System.out, true, StandardCharsets.UTF_8), System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0]))) {
            err.println(USAGE);
            return 2;
        }
        LogVerifier verifier = LogVerifier.of(Path.of(args[0]));
        for (int i = 1; i < args.length; i++) {
            if (args[i].equals("--key") && i + 1 < args.length) {
                i++;
                verifier.pinned(args[i]);
            } else if (args[i].equals("--last-signature")) {
                verifier.lastSignatureOnly();
            } else {
                err.println(USAGE);
                return 2;
            }
        }
        try {
            VerificationReport report = verifier.verify();
            out.print(report.text());
            return report.isSound() ? 0 : 1;
        } catch (IOException e) {
            err.println("cannot be read: " + e);
            return 2;
        }
    }
}
