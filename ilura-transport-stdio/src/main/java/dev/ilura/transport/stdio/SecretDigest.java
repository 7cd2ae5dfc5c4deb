package dev.ilura.transport.stdio;

import dev.ilura.Secret;
import dev.ilura.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Digest of the values of variables, as part of an identity that stands in logs. It is slow on purpose: a short value must
 * not be found by trying all short values.
 */
final class SecretDigest {
    private static final int ITERATIONS = 20_000;
    private static final int BITS = 256;

    private SecretDigest() {}

    /** Empty text for no variables. */
    static String of(String server, Map<String, Secret> variables) {
        if (variables.isEmpty()) {
            return "";
        }
        Map<String, String> values = new TreeMap<>();
        variables.forEach((name, value) -> values.put(name, value.revealToItsOneUse()));
        String text = new String(CanonicalJson.of(values), StandardCharsets.UTF_8);
        byte[] salt = ("ilura environment of " + server).getBytes(StandardCharsets.UTF_8);
        PBEKeySpec spec = new PBEKeySpec(text.toCharArray(), salt, ITERATIONS, BITS);
        try {
            byte[] digest = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }
}
