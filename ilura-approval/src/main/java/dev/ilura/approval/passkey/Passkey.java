package dev.ilura.approval.passkey;

import dev.ilura.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One enrolled passkey. Immutable.
 *
 * @param person whose it is
 * @param id the credential id, base64url
 * @param attested the attested credential data of WebAuthn (model, id, public key), base64url
 * @param publicKey the public key as SubjectPublicKeyInfo, base64url: what a later check of evidence needs
 * @param model the authenticator's model (AAGUID)
 * @param transports how the browser reached it, as hints for the next time
 * @param synced whether it may be copied to other devices (backup eligible)
 * @param counter the signature counter after the last use; zero if the authenticator has none
 * @param enrolledAt when
 */
public record Passkey(
        String person,
        String id,
        String attested,
        String publicKey,
        String model,
        List<String> transports,
        boolean synced,
        long counter,
        Instant enrolledAt) {

    public Passkey {
        Objects.requireNonNull(person, "person");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(attested, "attested");
        Objects.requireNonNull(publicKey, "publicKey");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(enrolledAt, "enrolledAt");
        transports = List.copyOf(transports);
    }

    Passkey counted(long newCounter) {
        return new Passkey(person, id, attested, publicKey, model, transports, synced, newCounter, enrolledAt);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new TreeMap<>();
        map.put("person", person);
        map.put("id", id);
        map.put("attested", attested);
        map.put("publicKey", publicKey);
        map.put("model", model);
        map.put("transports", transports);
        map.put("synced", synced);
        map.put("counter", counter);
        map.put("enrolledAt", enrolledAt.toEpochMilli());
        return map;
    }

    /**
     * @throws java.util.NoSuchElementException if a member is missing
     * @throws IllegalStateException if a member has another type
     */
    static Passkey of(JsonValue json) {
        return new Passkey(
                text(json, "person"),
                text(json, "id"),
                text(json, "attested"),
                text(json, "publicKey"),
                text(json, "model"),
                json.member("transports").orElseThrow().elements().stream()
                        .map(JsonValue::text)
                        .toList(),
                json.member("synced").orElseThrow().flag(),
                number(json, "counter"),
                Instant.ofEpochMilli(number(json, "enrolledAt")));
    }

    private static String text(JsonValue json, String name) {
        return json.member(name).orElseThrow().text();
    }

    private static long number(JsonValue json, String name) {
        return json.member(name).orElseThrow().integer().orElseThrow();
    }
}
