package dev.ilura;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a human is asked to agree to, bound to exactly what would run. The {@linkplain #canonical() canonical form} covers
 * every member; one changed bit anywhere is another {@linkplain #digest() digest}, and an answer to another digest is a
 * no. The gate recomputes the digest immediately before the call is written to the server.
 *
 * <p>Immutable, used once.
 *
 * @param id unguessable, single use
 * @param nonce 32 random bytes, hex
 * @param issuedAt when it was asked
 * @param expiresAt when an answer comes too late
 * @param gateway the gateway that asks
 * @param call the call, with the arguments as they would be written
 * @param policyVersion {@link dev.ilura.spi.PolicyEngine#version()} that asked
 * @param rule the rule that asked
 * @param lane how much a human has to do
 * @param reason why it is asked; from the policy
 * @param display the text that is shown: escaped, complete, deterministic
 * @param approvers how many distinct people have to agree
 * @param logHead the head of the log when it was asked
 */
public record ApprovalTicket(
        String id,
        String nonce,
        Instant issuedAt,
        Instant expiresAt,
        String gateway,
        ToolCall call,
        String policyVersion,
        RuleRef rule,
        RiskLane lane,
        String reason,
        String display,
        int approvers,
        String logHead) {

    /** Prefix of the hashed text, so that a ticket can never be mistaken for another signed thing. */
    public static final String DOMAIN = "ilura.approval.v1\n";

    public ApprovalTicket {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(nonce, "nonce");
        Objects.requireNonNull(issuedAt, "issuedAt");
        Objects.requireNonNull(expiresAt, "expiresAt");
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(policyVersion, "policyVersion");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(display, "display");
        Objects.requireNonNull(logHead, "logHead");
        if (approvers < 1) {
            throw new IllegalArgumentException("approvers must be at least 1, not " + approvers);
        }
        if (!expiresAt.isAfter(issuedAt)) {
            throw new IllegalArgumentException("a ticket must expire after it was issued");
        }
    }

    /** The canonical JSON of everything the approval covers. */
    public byte[] canonical() {
        Map<String, Object> members = new TreeMap<>();
        members.put("v", 1);
        members.put("approvalId", id);
        members.put("nonce", nonce);
        members.put("iat", issuedAt.toEpochMilli());
        members.put("exp", expiresAt.toEpochMilli());
        members.put("gateway", gateway);
        members.put("pod", call.pod());
        members.put("session", call.session());
        members.put("principal", call.principal());
        members.put("call", call.id());
        members.put("server", call.server());
        members.put("serverIdentity", call.serverIdentity());
        members.put("tool", call.tool().name());
        members.put("toolDigest", call.tool().digest());
        members.put("argsSha256", call.arguments().sha256());
        members.put("displaySha256", Digests.sha256Hex(display));
        members.put("policyVersion", policyVersion);
        members.put("rule", rule.id());
        members.put("lane", lane.label());
        members.put("reason", reason);
        members.put("approvers", approvers);
        members.put("logHead", logHead);
        return CanonicalJson.of(members);
    }

    /** SHA-256 (hex) over {@link #DOMAIN} and the canonical form. */
    public String digest() {
        return Digests.sha256Hex(DOMAIN.getBytes(StandardCharsets.UTF_8), canonical());
    }

    /** The same ticket for a call whose bytes are recomputed; equal digests mean nothing changed. */
    public ApprovalTicket forCall(ToolCall recomputed) {
        return under(recomputed, policyVersion, rule, lane, approvers);
    }

    /**
     * The same ticket with everything that can change while a human reads taken from what holds now. Equal digests mean
     * nothing did.
     */
    public ApprovalTicket under(
            ToolCall callNow, String policyNow, RuleRef ruleNow, RiskLane laneNow, int approversNow) {
        return new ApprovalTicket(
                id,
                nonce,
                issuedAt,
                expiresAt,
                gateway,
                callNow,
                policyNow,
                ruleNow,
                laneNow,
                reason,
                display,
                approversNow,
                logHead);
    }
}
