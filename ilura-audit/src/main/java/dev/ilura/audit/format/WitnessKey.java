package dev.ilura.audit.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The public key of a witness: somebody outside who signs that the newest state of a log that they saw continues all that
 * they saw before. An Ed25519 key of type 0x04, see C2SP tlog-cosignature. Immutable and thread-safe.
 */
public final class WitnessKey {
    private static final byte TYPE = 4;
    private static final int KEY_LENGTH = 32;
    private static final int SIGNATURE_LENGTH = 64;
    private static final int LINE_LENGTH = Integer.BYTES + Long.BYTES + SIGNATURE_LENGTH;

    private final String name;
    private final byte[] key;
    private final LogKey ed25519;
    private final int id;

    private WitnessKey(String name, byte[] key) {
        this.name = name;
        this.key = key;
        this.ed25519 = LogKey.ofEd25519(name, key);
        this.id = ByteBuffer.wrap(Sha256.of((name + "\n").getBytes(StandardCharsets.UTF_8), typed()))
                .getInt();
    }

    private byte[] typed() {
        return ByteBuffer.allocate(1 + KEY_LENGTH).put(TYPE).put(key).array();
    }

    /** Of a witness of this name with this raw Ed25519 key. */
    public static WitnessKey of(String name, byte[] rawKey) {
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == '+') || rawKey.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a witness has a name without spaces or plus and a key of 32 bytes");
        }
        return new WitnessKey(name, rawKey.clone());
    }

    /**
     * Reads {@code name+id+base64}, the form in which witnesses publish their keys.
     *
     * @throws IllegalArgumentException if it is anything else, or not an Ed25519 cosigner's key
     */
    public static WitnessKey parse(String line) {
        String[] parts = line.split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a witness key is written name+id+base64");
        }
        byte[] typed = Base64Text.parseStandard(parts[2]);
        if (typed.length != 1 + KEY_LENGTH || typed[0] != TYPE) {
            throw new IllegalArgumentException("not the Ed25519 key of a cosigner (type 0x04)");
        }
        WitnessKey witness = of(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!witness.line().equals(line)) {
            throw new IllegalArgumentException("the witness key does not have the id it claims");
        }
        return witness;
    }

    /** The key in one line. */
    public String line() {
        return name + "+" + idHex() + "+" + Base64Text.standard(typed());
    }

    public String name() {
        return name;
    }

    /** The first four bytes of the key's hash, hex. */
    public String idHex() {
        return HexFormat.of().toHexDigits(id);
    }

    /** What is signed: that at this time this checkpoint was the newest that the witness had seen. */
    public static byte[] message(Checkpoint checkpoint, long unixSeconds) {
        byte[] head = ("cosignature/v1\ntime " + unixSeconds + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = checkpoint.body();
        return ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .array();
    }

    /** The line of a note that carries a cosignature, line feed included. */
    public String cosignatureLine(long unixSeconds, byte[] signature) {
        byte[] bytes = ByteBuffer.allocate(LINE_LENGTH)
                .putInt(id)
                .putLong(unixSeconds)
                .put(signature)
                .array();
        return Checkpoint.SIGNATURE_MARK + name + " " + Base64Text.standard(bytes) + "\n";
    }

    /**
     * When this witness signed the checkpoint, if the line is its cosignature of it.
     *
     * @param line without its line feed
     * @return empty if the line is somebody else's
     * @throws IllegalArgumentException if it claims to be this witness's and is not valid
     */
    public Optional<Instant> cosigned(Checkpoint checkpoint, String line) {
        String mark = Checkpoint.SIGNATURE_MARK + name + " ";
        if (!line.startsWith(mark)) {
            return Optional.empty();
        }
        byte[] bytes = Base64Text.parseStandard(line.substring(mark.length()));
        if (bytes.length < Integer.BYTES || ByteBuffer.wrap(bytes).getInt() != id) {
            return Optional.empty();
        }
        long time = bytes.length == LINE_LENGTH ? ByteBuffer.wrap(bytes).getLong(Integer.BYTES) : -1;
        Bytes signature = Bytes.of(bytes, Math.min(bytes.length, Integer.BYTES + Long.BYTES), bytes.length);
        if (time <= 0 || !ed25519.verifies(message(checkpoint, time), signature, null)) {
            throw new IllegalArgumentException("the cosignature of the witness " + name + " is not valid");
        }
        return Optional.of(Instant.ofEpochSecond(time));
    }

    @Override
    public String toString() {
        return line();
    }
}
