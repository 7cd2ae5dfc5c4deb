package dev.ilura.approval.passkey;

import dev.ilura.json.JsonValue;
import java.util.Base64;

/** Base64url without padding, the form in which browsers and Ilura exchange bytes. */
public final class Base64Url {
    private Base64Url() {}

    /** The text form. */
    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * @throws IllegalArgumentException if it is not base64url
     */
    static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /** The bytes of a string member of a message. */
    static byte[] member(JsonValue message, String name, int maxBytes) throws PasskeyRefused {
        String text = message.member(name)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElseThrow(() -> new PasskeyRefused(name + " is missing"));
        try {
            byte[] bytes = decode(text);
            if (bytes.length > maxBytes) {
                throw new PasskeyRefused(name + " has " + bytes.length + " bytes, limit " + maxBytes);
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new PasskeyRefused(name + " is not base64url", e);
        }
    }
}
