package dev.ilura.approval.passkey;

import dev.ilura.json.JsonValue;

/**
 * What a browser says that a passkey signed. Nothing of it is believed yet.
 *
 * @param credentialId base64url
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier inside this package; nobody compares two of them
record Assertion(String credentialId, byte[] authenticatorData, byte[] clientDataJson, byte[] signature) {
    private static final int MAX_ID = 1023;
    private static final int MAX_CLIENT_DATA = 4096;
    private static final int MAX_SIGNATURE = 1024;

    static Assertion read(JsonValue message) throws PasskeyRefused {
        return new Assertion(
                Base64Url.encode(Base64Url.member(message, "id", MAX_ID)),
                Base64Url.member(message, "authenticatorData", MAX_CLIENT_DATA),
                Base64Url.member(message, "clientDataJSON", MAX_CLIENT_DATA),
                Base64Url.member(message, "signature", MAX_SIGNATURE));
    }
}
