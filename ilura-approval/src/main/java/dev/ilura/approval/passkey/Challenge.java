package dev.ilura.approval.passkey;

import dev.ilura.ApprovalTicket;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** What a passkey is asked to sign: 32 random bytes, and the digest of what it stands for. */
public final class Challenge {
    private static final String ENROLMENT = "ilura.enrol.v1\n";
    private static final String GRANT = "ilura.grant.v1\n";
    private static final String REMOVAL = "ilura.unenrol.v1\n";

    private Challenge() {}

    /** {@code nonce || SHA-256(domain || canonical ticket)}: a changed call is another challenge. */
    public static byte[] of(ApprovalTicket ticket) {
        return concat(HexFormat.of().parseHex(ticket.nonce()), HexFormat.of().parseHex(ticket.digest()));
    }

    /** {@code nonce || SHA-256(domain || canonical terms)}, with the nonce of the ticket that lies on the table. */
    public static byte[] ofGrant(ApprovalTicket ticket, byte[] terms) {
        return concat(
                HexFormat.of().parseHex(ticket.nonce()), Digests.sha256(GRANT.getBytes(StandardCharsets.UTF_8), terms));
    }

    static byte[] enrolment(byte[] nonce, String person) {
        return concat(nonce, digest(ENROLMENT, Map.of("person", person)));
    }

    static byte[] removal(byte[] nonce, String credentialId) {
        return concat(nonce, digest(REMOVAL, Map.of("credentialId", credentialId)));
    }

    private static byte[] digest(String domain, Map<String, String> statement) {
        return Digests.sha256(domain.getBytes(StandardCharsets.UTF_8), CanonicalJson.of(statement));
    }

    private static byte[] concat(byte[] nonce, byte[] digest) {
        byte[] challenge = new byte[nonce.length + digest.length];
        System.arraycopy(nonce, 0, challenge, 0, nonce.length);
        System.arraycopy(digest, 0, challenge, nonce.length, digest.length);
        return challenge;
    }
}
