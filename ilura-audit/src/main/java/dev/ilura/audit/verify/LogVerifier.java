package dev.ilura.audit.verify;

import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.WitnessKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole log from its files alone: frames, the one spelling of every record, numbers, hash chain, tree, every batch
 * signature, the published checkpoint, the key list, and what recovery kept aside. Uses neither index nor gateway.
 *
 * <p>A log proves by itself that nothing inside it was changed, removed, added or put in another order by anybody without
 * its private keys. It cannot prove by itself that it was not replaced as a whole, cut at its end together with its
 * checkpoint, or rewritten by whoever holds the keys: the report lists that under
 * {@link VerificationReport#unproven()}.
 *
 * <p>Not thread-safe. May run beside a writer.
 */
public final class LogVerifier {
    private final LogFolder folder;
    private final List<String> pins = new ArrayList<>();
    private final List<String> anchors = new ArrayList<>();
    private final List<WitnessKey> witnesses = new ArrayList<>();
    private @Nullable TimeStampCheck stamps;
    private boolean everySignature = true;
    private @Nullable Provider provider;
    private LongConsumer progress = records -> {};

    private LogVerifier(LogFolder folder) {
        this.folder = folder;
    }

    /**
     * Of a log in a directory.
     *
     * @param directory a state directory, or the {@code log} folder in it
     */
    public static LogVerifier of(Path directory) {
        Path inside = directory.resolve("log");
        return new LogVerifier(new LogFolder(Files.isDirectory(inside) ? inside : directory));
    }

    /**
     * Demands that the log is signed with this key, which was obtained from somewhere else than the log.
     *
     * @param key a line of the log's key list, or the SHA-256 (hex) of the key's SubjectPublicKeyInfo
     */
    public LogVerifier pinned(String key) {
        pins.add(key);
        return this;
    }

    /**
     * Demands that the log continues what was remembered of it outside.
     *
     * @param note a checkpoint as an anchor, a witness or a careful person kept it
     */
    public LogVerifier anchored(String note) {
        anchors.add(note);
        return this;
    }

    /**
     * Believes what this witness cosigned; the cosignatures that the log keeps then count as anchors.
     *
     * @param key {@code name+id+base64}, as the witness publishes it
     * @throws IllegalArgumentException if it is no Ed25519 key of a witness
     */
    public LogVerifier witness(String key) {
        witnesses.add(WitnessKey.parse(key));
        return this;
    }

    /** Checks the time stamps that the log keeps; they then count as anchors. */
    public LogVerifier timeStamps(TimeStampCheck check) {
        this.stamps = check;
        return this;
    }

    /**
     * Checks the signature of the last batch only. It covers all records before it; what is not checked then is whether
     * earlier batches were signed when they were written.
     */
    public LogVerifier lastSignatureOnly() {
        this.everySignature = false;
        return this;
    }

    /** Who computes signatures; the JDK by default. */
    public LogVerifier provider(Provider cryptography) {
        this.provider = cryptography;
        return this;
    }

    /** Told every so often how many records were read. */
    public LogVerifier progress(LongConsumer recordsRead) {
        this.progress = recordsRead;
        return this;
    }

    /**
     * Checks the log.
     *
     * @throws IOException if files cannot be read; a log that is wrong is a report, not an exception
     */
    public VerificationReport verify() throws IOException {
        try (SignatureCheck signatures = new SignatureCheck(provider)) {
            Settings settings = new Settings(pins, anchors, witnesses, stamps, everySignature, provider, progress);
            return new LogCheck(folder, settings, signatures).report();
        }
    }

    /** What was asked for. */
    record Settings(
            List<String> pins,
            List<String> anchors,
            List<WitnessKey> witnesses,
            @Nullable TimeStampCheck stamps,
            boolean everySignature,
            @Nullable Provider provider,
            LongConsumer progress) {
        Settings {
            pins = List.copyOf(pins);
            anchors = List.copyOf(anchors);
            witnesses = List.copyOf(witnesses);
        }
    }
}
