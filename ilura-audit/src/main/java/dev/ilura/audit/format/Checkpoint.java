package dev.ilura.audit.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A state of the log: its origin, how many records, and the root of the tree over them. Its {@linkplain #body() body} is
 * what every signature in the log signs; with signature lines below it is a C2SP signed note. Immutable.
 */
public record Checkpoint(String origin, long size, Bytes root) {
    /** What every signature line starts with. */
    static final String SIGNATURE_MARK = "\u2014 ";

    public Checkpoint {
        Objects.requireNonNull(origin, "origin");
        if (size < 0 || root.length() != Sha256.LENGTH) {
            throw new IllegalArgumentException("a checkpoint has a size and a root of 32 bytes");
        }
    }

    /** The signed bytes. */
    public byte[] body() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    private String text() {
        return origin + "\n" + size + "\n" + Base64Text.standard(root.toArray()) + "\n";
    }

    /** The note: body, empty line, one line for each signature. */
    public String note(Collection<NoteSignature> signatures) {
        StringBuilder note = new StringBuilder(text()).append('\n');
        for (NoteSignature signature : signatures) {
            note.append(SIGNATURE_MARK)
                    .append(signature.key().name())
                    .append(' ')
                    .append(Base64Text.standard(signature.noteBytes()))
                    .append('\n');
        }
        return note.toString();
    }

    /**
     * Reads a note that must carry one valid signature of each of the keys and no other line. Stock verifiers ignore
     * lines they do not know, so a flipped bit in a key name or id goes unnoticed there; here it is an error.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Checkpoint parse(String note, Collection<LogKey> keys) {
        return parse(note, keys, null);
    }

    /**
     * The same.
     *
     * @param provider who computes; null for the JDK's choice
     */
    public static Checkpoint parse(String note, Collection<LogKey> keys, @Nullable Provider provider) {
        int gap = note.indexOf("\n\n");
        if (gap < 0 || !note.endsWith("\n") || note.length() < gap + 3) {
            throw new IllegalArgumentException("a note is a body, an empty line and signature lines");
        }
        Checkpoint checkpoint = parseBody(note.substring(0, gap + 1));
        Set<LogKey> missing = new HashSet<>(keys);
        for (String line : note.substring(gap + 2, note.length() - 1).split("\n", -1)) {
            missing.remove(signer(line, checkpoint, missing, provider));
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("no signature of " + ids(missing));
        }
        return checkpoint;
    }

    /** Reads the three lines of a body. */
    public static Checkpoint parseBody(String body) {
        String[] lines = body.split("\n", -1);
        if (lines.length != 4 || !lines[3].isEmpty() || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException("a checkpoint has three lines: origin, size, root hash");
        }
        return new Checkpoint(lines[0], Long.parseLong(lines[1]), Bytes.of(Base64Text.parseStandard(lines[2])));
    }

    private static LogKey signer(
            String line, Checkpoint checkpoint, Set<LogKey> candidates, @Nullable Provider provider) {
        for (LogKey key : candidates) {
            String mark = SIGNATURE_MARK + key.name() + " ";
            if (line.startsWith(mark)) {
                byte[] bytes = Base64Text.parseStandard(line.substring(mark.length()));
                if (bytes.length > 4 && ByteBuffer.wrap(bytes).getInt() == key.id()) {
                    NoteSignature.parse(key, Arrays.copyOfRange(bytes, 4, bytes.length))
                            .requireValid(checkpoint, provider);
                    return key;
                }
            }
        }
        throw new IllegalArgumentException("a signature line of an unknown key, or a second one of the same");
    }

    private static List<String> ids(Collection<LogKey> keys) {
        List<String> ids = new ArrayList<>();
        keys.forEach(key -> ids.add(key.algorithm() + " " + Integer.toHexString(key.id())));
        return ids;
    }

    /**
     * One signature under a checkpoint.
     *
     * @param raw 64 bytes, see {@link EcdsaForm}
     */
    public record NoteSignature(LogKey key, Bytes raw) {
        static NoteSignature parse(LogKey key, byte[] spelled) {
            boolean ecdsa = key.algorithm() == LogKey.Algorithm.ECDSA_P256;
            return new NoteSignature(key, Bytes.of(ecdsa ? EcdsaForm.rawFromNote(spelled) : spelled));
        }

        private byte[] noteBytes() {
            boolean ecdsa = key.algorithm() == LogKey.Algorithm.ECDSA_P256;
            byte[] spelled = ecdsa ? EcdsaForm.der(raw.toArray()) : raw.toArray();
            return ByteBuffer.allocate(4 + spelled.length)
                    .putInt(key.id())
                    .put(spelled)
                    .array();
        }

        private void requireValid(Checkpoint checkpoint, @Nullable Provider provider) {
            if (!key.verifies(checkpoint.body(), raw, provider)) {
                throw new IllegalArgumentException("the " + key.algorithm() + " signature is not valid");
            }
        }
    }
}
