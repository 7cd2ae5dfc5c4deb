package dev.ilura.approval.passkey;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A verified signature of one person's passkey over one challenge. It proves the same to anybody who has the passkey's
 * public key, with no trust in Ilura's log.
 */
public final class Proof {
    private final Passkey passkey;
    private final Assertion assertion;

    Proof(Passkey passkey, Assertion assertion) {
        this.passkey = passkey;
        this.assertion = assertion;
    }

    /** Whose passkey signed. */
    public String person() {
        return passkey.person();
    }

    /** The passkey's id, base64url. */
    public String credentialId() {
        return passkey.id();
    }

    /**
     * What the log keeps: the signed statement itself and every signature over it.
     *
     * @param statement the canonical bytes whose digest is in the challenge
     * @param nonce the other part of the challenge, hex
     */
    public static JsonValue evidence(byte[] statement, String nonce, List<Proof> proofs) {
        Map<String, Object> evidence = new TreeMap<>();
        evidence.put("type", "webauthn");
        evidence.put("nonce", nonce);
        evidence.put("statement", new String(statement, StandardCharsets.UTF_8));
        evidence.put("assertions", proofs.stream().map(Proof::toMap).toList());
        return JsonValue.parse(CanonicalJson.of(evidence), JsonLimits.FRAME);
    }

    private Map<String, Object> toMap() {
        Map<String, Object> map = new TreeMap<>();
        map.put("person", passkey.person());
        map.put("credentialId", passkey.id());
        map.put("publicKey", passkey.publicKey());
        map.put("model", passkey.model());
        map.put("synced", passkey.synced());
        map.put("authenticatorData", Base64Url.encode(assertion.authenticatorData()));
        map.put("clientDataJSON", Base64Url.encode(assertion.clientDataJson()));
        map.put("signature", Base64Url.encode(assertion.signature()));
        return map;
    }
}
