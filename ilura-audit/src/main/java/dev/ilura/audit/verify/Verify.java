package dev.ilura.audit.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The verifiers as a program: {@code Verify PATH [--key KEY]... [--keys FILE] [--witness KEY]... [--anchor FILE]...
 * [--last-signature]}, where the path is a log, an evidence bundle or the proof of one record. Exit code 0: sound; 1: not
 * sound; 2: used wrongly or unreadable.
 */
public final class Verify {
    private static final String USAGE = "usage: Verify DIRECTORY|BUNDLE|PROOF [--key KEY]... [--keys FILE]"
            + " [--witness KEY]... [--anchor FILE]... [--last-signature]";
    private static final String PROOF = "c2sp.org/tlog-proof@";

    private final List<String> paths = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final List<String> witnesses = new ArrayList<>();
    private final List<String> anchors = new ArrayList<>();
    private boolean lastOnly;

    private Verify() {}

    /** Runs and exits. */
    public static void main(String[] args) {
        System.exit(run(args, new PrintStream(System.out, true, StandardCharsets.UTF_8), System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        Verify verify = new Verify();
        try {
            verify.read(List.of(args).iterator());
            Path path = Path.of(verify.paths.get(0));
            return Files.isDirectory(path) ? verify.log(path, out) : verify.file(path, out);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            err.println(USAGE);
            return 2;
        } catch (IOException e) {
            err.println("cannot be read: " + e);
            return 2;
        }
    }

    private void read(Iterator<String> args) throws IOException {
        while (args.hasNext()) {
            String arg = args.next();
            switch (arg) {
                case "--last-signature" -> lastOnly = true;
                case "--key" -> keys.add(value(args));
                case "--keys" -> keys.addAll(Files.readAllLines(Path.of(value(args)), StandardCharsets.US_ASCII));
                case "--witness" -> witnesses.add(value(args));
                case "--anchor" -> anchors.add(Files.readString(Path.of(value(args)), StandardCharsets.UTF_8));
                default -> paths.add(arg);
            }
        }
        if (paths.size() != 1 || paths.get(0).startsWith("--") || !Files.exists(Path.of(paths.get(0)))) {
            throw new IllegalArgumentException("one path");
        }
    }

    private static String value(Iterator<String> args) {
        if (!args.hasNext()) {
            throw new IllegalArgumentException("a value is missing");
        }
        return args.next();
    }

    private int log(Path path, PrintStream out) throws IOException {
        LogVerifier verifier = LogVerifier.of(path);
        keys.forEach(verifier::pinned);
        witnesses.forEach(verifier::witness);
        anchors.forEach(verifier::anchored);
        VerificationReport report = (lastOnly ? verifier.lastSignatureOnly() : verifier).verify();
        out.print(report.text());
        return report.isSound() ? 0 : 1;
    }

    private int file(Path path, PrintStream out) throws IOException {
        String text;
        try {
            text = Files.readString(path, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            out.print("NOT SOUND: it is not UTF-8\n");
            return 1;
        }
        EvidenceReport report = text.startsWith(PROOF)
                ? new ProofVerifier(keys, witnesses).verify(text)
                : EvidenceVerifier.pinned(keys).verify(text);
        out.print(report.text());
        return report.isSound() ? 0 : 1;
    }
}
