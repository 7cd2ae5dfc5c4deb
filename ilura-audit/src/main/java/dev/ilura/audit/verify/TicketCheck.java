package dev.ilura.audit.verify;

import dev.ilura.audit.format.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an {@code approval} record says, checked against itself: the ticket has its digest, is about this call, and whoever
 * signed it signed exactly it.
 */
final class TicketCheck {
    private static final String DOMAIN = "ilura.approval.v1\n";
    private static final String YES = "yes";
    /** What the ticket says of the call and the record says too. */
    private static final List<String> SHARED = List.of(
            "call",
            "session",
            "pod",
            "principal",
            "server",
            "serverIdentity",
            "tool",
            "toolDigest",
            "lane",
            "approvalId");

    private final Map<String, Object> record;
    private final List<String> statements = new ArrayList<>();

    TicketCheck(Map<String, Object> record) {
        this.record = record;
    }

    /**
     * What the record proves, for people.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    List<String> statements() {
        String json = text("ticketJson");
        Map<String, Object> ticket = JsonText.object(json);
        byte[] digest = Sha256.of((DOMAIN + json).getBytes(StandardCharsets.UTF_8));
        if (!HexFormat.of().formatHex(digest).equals(text("ticket"))) {
            throw new IllegalArgumentException("the ticket does not have the digest that was recorded");
        }
        for (String name : SHARED) {
            if (record.containsKey(name) && !record.get(name).equals(ticket.get(name))) {
                throw new IllegalArgumentException("the ticket is about another " + name);
            }
        }
        boolean yes = YES.equals(record.get("answer"));
        statements.add((yes ? "approved" : "not approved") + by() + over());
        if (record.containsKey("evidence")) {
            passkeys(ticket, json, digest);
        } else if (yes && "critical".equals(record.get("lane"))) {
            throw new IllegalArgumentException("a critical call was approved without a passkey");
        }
        return statements;
    }

    private String by() {
        return record.get("approver") instanceof String approver ? " by " + approver : "";
    }

    private String over() {
        return record.get("channel") instanceof String channel ? " over " + channel : "";
    }

    private void passkeys(Map<String, Object> ticket, String json, byte[] digest) {
        Map<String, Object> evidence = JsonText.object(text("evidence"));
        if (!"webauthn".equals(evidence.get("type"))) {
            statements.add("its evidence is of a kind that this verifier does not check");
            return;
        }
        boolean same = json.equals(evidence.get("statement"))
                && ticket.get("nonce") instanceof String nonce
                && nonce.equals(evidence.get("nonce"))
                && nonce.matches("[0-9a-f]{64}");
        if (!same || !(evidence.get("assertions") instanceof List<?> assertions)) {
            throw new IllegalArgumentException("the passkey's evidence is about another ticket");
        }
        byte[] challenge = Arrays.copyOf(HexFormat.of().parseHex((String) ticket.get("nonce")), 64);
        System.arraycopy(digest, 0, challenge, 32, 32);
        Set<String> passkeys = new LinkedHashSet<>();
        Set<String> people = new LinkedHashSet<>();
        for (Object assertion : assertions) {
            if (!(assertion instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("the passkey's evidence has the wrong form");
            }
            PasskeyProof proof = PasskeyProof.verify(map, challenge);
            passkeys.add(proof.credentialId());
            people.add(proof.person().toLowerCase(Locale.ROOT));
            statements.add("signed by the passkey " + proof.key() + " at " + proof.origin()
                    + ", whom the gateway knows as " + proof.person());
        }
        long needed = ticket.get("approvers") instanceof Long approvers ? approvers : 1;
        if (passkeys.size() < needed || people.size() < needed) {
            throw new IllegalArgumentException("fewer people signed than the ticket asks for");
        }
    }

    private String text(String name) {
        if (record.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("the approval has no \"" + name + "\"");
    }
}
