package dev.ilura.audit;

import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.AuditEvent;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Sha256;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A critical call that somebody approved with a passkey, as a gateway records it; what the passkey signed can be bent. */
final class PasskeyCall {
    private static final byte PRESENT_AND_VERIFIED = 0x05;

    private final KeyPair passkey;
    final ToolCall call;
    final ApprovalTicket ticket;

    String type = "webauthn.get";
    String origin = "http://localhost:7717";
    String party = "localhost";
    String more = "\"crossOrigin\":false";
    byte flags = PRESENT_AND_VERIFIED;
    byte[] challenge;
    boolean signOther;
    boolean evidence = true;
    String statement;
    /** Whose passkeys sign, each with one of its own. */
    List<String> people = List.of("ada");

    PasskeyCall(String id) {
        this(id, "EC");
    }

    PasskeyCall(String id, String algorithm) {
        this(id, algorithm, 1);
    }

    PasskeyCall(String id, String algorithm, int approvers) {
        try {
            passkey = algorithm.equals("EC") ? Signing.newP256() : Signing.newEd25519();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Tool tool = Tool.of(JsonValue.of(Map.of("name", "pay", "description", "Pays.")));
        call = ToolCall.to("bank", tool)
                .id(id)
                .arguments(Arguments.of(Map.of("amount", 100)))
                .build();
        ticket = new ApprovalTicket(
                "a1b2",
                "0123456789abcdef".repeat(4),
                Instant.ofEpochSecond(1_790_000_000),
                Instant.ofEpochSecond(1_790_000_060),
                "gateway",
                call,
                "policy-1",
                new RuleRef("pay", "config.toml:7"),
                RiskLane.CRITICAL,
                "It moves money.",
                "bank/pay amount 100",
                approvers,
                "none");
        challenge =
                concat(HexFormat.of().parseHex(ticket.nonce()), HexFormat.of().parseHex(ticket.digest()));
        statement = new String(ticket.canonical(), StandardCharsets.UTF_8);
    }

    /** The tool as it was pinned, the question, the answer, the dispatch and its outcome. */
    List<AuditEvent> events() {
        return List.of(pinned(), asked(), approved(), dispatched(), outcome());
    }

    AuditEvent pinned() {
        return AuditEvent.of(AuditEvent.Type.INVENTORY)
                .fact("server", "bank")
                .fact("tool", "pay")
                .fact("toolDigest", call.tool().digest())
                .fact("definition", new String(CanonicalJson.of(call.tool().json()), StandardCharsets.UTF_8))
                .build();
    }

    AuditEvent asked() {
        return AuditEvent.of(AuditEvent.Type.DECISION, call)
                .fact("decision", "ask")
                .fact("lane", "critical")
                .fact("rule", "pay config.toml:7")
                .fact("ruleTrace", "rule pay (config.toml:7) matches\nasked in lane critical")
                .fact("ticket", ticket.digest())
                .build();
    }

    AuditEvent approved() {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.APPROVAL, call)
                .fact("answer", "yes")
                .fact("lane", "critical")
                .fact("channel", "page")
                .fact("approver", "ada")
                .fact("approvalId", ticket.id())
                .fact("ticket", ticket.digest())
                .fact("ticketJson", new String(ticket.canonical(), StandardCharsets.UTF_8));
        if (evidence) {
            event.fact("evidence", assertion());
        }
        return event.build();
    }

    AuditEvent dispatched() {
        return AuditEvent.of(AuditEvent.Type.DISPATCH, call)
                .fact("decision", "approved")
                .fact("ticket", ticket.digest())
                .arguments(call.arguments())
                .build();
    }

    AuditEvent outcome() {
        return AuditEvent.of(AuditEvent.Type.OUTCOME, call)
                .fact("outcome", "completed")
                .build();
    }

    private String assertion() {
        byte[] clientData = ("{\"type\":\"" + type + "\",\"challenge\":\"" + Base64Text.url(challenge)
                        + "\",\"origin\":\"" + origin + "\"," + more + "}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] authenticator = ByteBuffer.allocate(37)
                .put(Sha256.of(party.getBytes(StandardCharsets.UTF_8)))
                .put(flags)
                .putInt(7)
                .array();
        byte[] signed = concat(authenticator, Sha256.of(clientData));
        if (signOther) {
            signed[0] ^= 1;
        }
        List<Object> assertions = new ArrayList<>();
        for (String person : people) {
            Map<String, Object> assertion = new TreeMap<>();
            assertion.put("person", person);
            assertion.put("credentialId", "Y3JlZA" + assertions.size());
            assertion.put("publicKey", Base64Text.url(passkey.getPublic().getEncoded()));
            assertion.put("authenticatorData", Base64Text.url(authenticator));
            assertion.put("clientDataJSON", Base64Text.url(clientData));
            assertion.put("signature", Base64Text.url(sign(signed)));
            assertions.add(assertion);
        }
        Map<String, Object> whole = new TreeMap<>();
        whole.put("type", "webauthn");
        whole.put("nonce", ticket.nonce());
        whole.put("statement", statement);
        whole.put("assertions", assertions);
        return new String(CanonicalJson.of(whole), StandardCharsets.UTF_8);
    }

    private byte[] sign(byte[] message) {
        try {
            boolean ed25519 = passkey.getPublic().getAlgorithm().startsWith("Ed");
            Signature signature = Signature.getInstance(ed25519 ? "Ed25519" : "SHA256withECDSA");
            signature.initSign(passkey.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
