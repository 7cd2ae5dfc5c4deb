package dev.ilura.transport.stdio;

import dev.ilura.Secret;
import dev.ilura.json.CanonicalJson;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Digests of the values of variables, as part of an identity that stands in logs. It is slow on purpose: a short value must
 * not be found by trying all short values.
 */
final class SecretDigest {
    private static final int ITERATIONS = 20_000;
    private static final int BITS = 256;

    private SecretDigest() {}

    /** One for each variable, by its name. */
    static Map<String, String> of(String server, Map<String, Secret> variables) {
        Map<String, String> digests = new TreeMap<>();
        variables.forEach((name, value) -> digests.put(name, of(server, name, value)));
        return digests;
    }

    private static String of(String server, String name, Secret value) {
        byte[] salt = CanonicalJson.of(Map.of("server", server, "variable", name));
        PBEKeySpec spec = new PBEKeySpec(value.revealToItsOneUse().toCharArray(), salt, ITERATIONS, BITS);
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
