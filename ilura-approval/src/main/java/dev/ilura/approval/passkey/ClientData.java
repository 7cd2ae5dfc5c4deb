package dev.ilura.approval.passkey;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * What the browser states about the ceremony, read strictly: one reading or none. Members that are not known are let
 * be, because browsers add some on purpose.
 */
final class ClientData {
    private ClientData() {}

    /** Throws unless the browser states exactly this ceremony, on exactly this origin, not from inside another page. */
    static void require(byte[] json, String type, byte[] challenge, RelyingParty party) throws PasskeyRefused {
        JsonValue data = parse(json);
        if (!text(data, "type").equals(Optional.of(type))) {
            throw new PasskeyRefused("type");
        }
        byte[] stated = text(data, "challenge").map(ClientData::bytes).orElse(new byte[0]);
        if (!MessageDigest.isEqual(challenge, stated)) {
            throw new PasskeyRefused("challenge");
        }
        // The attack: another program's page on another local port asks the same passkey to sign our challenge.
        if (!text(data, "origin").equals(Optional.of(party.origin()))) {
            throw new PasskeyRefused("origin");
        }
        boolean crossOrigin = data.member("crossOrigin")
                .map(flag -> !flag.isBoolean() || flag.flag())
                .orElse(false);
        if (crossOrigin || data.member("topOrigin").isPresent()) {
            throw new PasskeyRefused("crossOrigin");
        }
    }

    private static JsonValue parse(byte[] json) throws PasskeyRefused {
        try {
            return JsonValue.parse(json, JsonLimits.RECORD);
        } catch (MalformedJsonException e) {
            throw new PasskeyRefused("clientDataJSON: " + e.fault(), e);
        }
    }

    private static Optional<String> text(JsonValue data, String name) {
        return data.member(name).filter(JsonValue::isString).map(JsonValue::text);
    }

    private static byte[] bytes(String challenge) {
        try {
            return Base64Url.decode(challenge);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }
}
