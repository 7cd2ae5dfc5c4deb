package dev.ilura.audit;

import dev.ilura.AuditEvent;
import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One payload of an event: arguments, result, or what a human typed. In a record it appears as {@code HMAC-SHA256(salt, name
 * || 0 || bytes)} under a fresh salt of 128 bits: without the salt nobody can guess {@code amount:100} from it, with it
 * anybody can check what was sent.
 */
final class Payload {
    private static final int SALT_LENGTH = 16;

    private final String name;
    private final byte[] salt;
    private final byte[] bytes;

    private Payload(String name, byte[] salt, byte[] bytes) {
        this.name = name;
        this.salt = salt;
        this.bytes = bytes;
    }

    /**
     * The payloads of an event, each under its own salt.
     *
     * @param hidden names of facts that are payloads too
     */
    static List<Payload> of(AuditEvent event, Set<String> hidden, SecureRandom random) {
        List<Payload> payloads = new ArrayList<>(1);
        event.arguments().ifPresent(arguments -> payloads.add(fresh("args", arguments.bytes(), random)));
        event.result().ifPresent(result -> payloads.add(fresh("result", result.bytes(), random)));
        event.statement()
                .map(statement -> statement.getBytes(StandardCharsets.UTF_8))
                .ifPresent(statement -> payloads.add(fresh("reason", statement, random)));
        for (String name : hidden) {
            Object value = event.facts().get(name);
            if (value != null) {
                payloads.add(fresh(name, value.toString().getBytes(StandardCharsets.UTF_8), random));
            }
        }
        return payloads;
    }

    private static Payload fresh(String name, byte[] bytes, SecureRandom random) {
        byte[] salt = new byte[SALT_LENGTH];
        random.nextBytes(salt);
        return new Payload(name, salt, bytes);
    }

    /** The members of a record that stand for these payloads. */
    static SortedMap<String, Object> members(List<Payload> payloads) {
        SortedMap<String, Object> members = new TreeMap<>();
        for (Payload payload : payloads) {
            members.put(payload.name + "C", payload.commitment());
            members.put(payload.name + "Bytes", (long) payload.bytes.length);
        }
        return members;
    }

    String name() {
        return name;
    }

    int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** How it appears in a record, base64url. */
    String commitment() {
        return Base64Text.url(Sha256.hmac(salt, name.getBytes(StandardCharsets.US_ASCII), new byte[1], bytes));
    }

    /** All of them in a row: {@code name length u8 | name | salt | length u32 | bytes}. */
    static byte[] pack(List<Payload> payloads) {
        int length = payloads.stream().mapToInt(Payload::packedLength).sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        for (Payload payload : payloads) {
            byte[] name = payload.name.getBytes(StandardCharsets.US_ASCII);
            out.put((byte) name.length).put(name).put(payload.salt);
            out.putInt(payload.bytes.length).put(payload.bytes);
        }
        return out.array();
    }

    private int packedLength() {
        return 1 + name.length() + SALT_LENGTH + Integer.BYTES + bytes.length;
    }

    /**
     * Reads what {@link #pack} wrote.
     *
     * @throws RuntimeException if it did not write that
     */
    static List<Payload> unpack(byte[] packed) {
        List<Payload> payloads = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(packed);
        while (in.hasRemaining()) {
            String name = new String(take(in, in.get()), StandardCharsets.US_ASCII);
            byte[] salt = take(in, SALT_LENGTH);
            payloads.add(new Payload(name, salt, take(in, in.getInt())));
        }
        return payloads;
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
