package dev.ilura.audit;

import dev.ilura.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Payloads as they appear in records: {@code HMAC-SHA256(salt, name || 0 || bytes)} under a fresh salt of 128 bits. Without
 * the salt nobody can guess {@code amount:100} from it; with it anybody can check what was sent.
 */
final class Commitments {
    private static final int SALT_LENGTH = 16;
    private static final String MAC = "HmacSHA256";

    private final SecureRandom random;

    Commitments(SecureRandom random) {
        this.random = random;
    }

    /** The members that stand for the event's payloads. */
    Map<String, Object> of(AuditEvent event) {
        Map<String, Object> members = new TreeMap<>();
        event.arguments().ifPresent(arguments -> put(members, "args", arguments.bytes()));
        event.result().ifPresent(result -> put(members, "result", result.bytes()));
        event.statement().ifPresent(statement -> put(members, "reason", statement.getBytes(StandardCharsets.UTF_8)));
        return members;
    }

    private void put(Map<String, Object> members, String name, byte[] payload) {
        byte[] salt = new byte[SALT_LENGTH];
        random.nextBytes(salt);
        members.put(name + "C", dev.ilura.audit.format.Base64Text.url(of(salt, name, payload)));
        members.put(name + "Bytes", (long) payload.length);
    }

    static byte[] of(byte[] salt, String name, byte[] payload) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(salt, MAC));
            mac.update(name.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return mac.doFinal(payload);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }
}
