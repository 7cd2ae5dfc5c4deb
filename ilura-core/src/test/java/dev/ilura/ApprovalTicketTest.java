package dev.ilura;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A yes is to one call and no other: whatever a human saw or relied on changes the digest. */
class ApprovalTicketTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** The members of a ticket, to be changed one at a time. */
    static final class Draft {
        String id = "id";
        String nonce = "00";
        Instant issuedAt = NOW;
        Instant expiresAt = NOW.plusSeconds(60);
        String gateway = "ilura";
        String callId = "call";
        String session = "session";
        String pod = "default";
        String principal = "local";
        String server = "files";
        String serverIdentity = "abc";
        String tool = "{\"name\":\"write\"}";
        String arguments = "{\"path\":\"a\"}";
        String policyVersion = "policy-1";
        String rule = "rules[0]";
        RiskLane lane = RiskLane.MEDIUM;
        String reason = "writes";
        String display = "files/write";
        int approvers = 1;
        String logHead = "none";

        ApprovalTicket ticket() {
            ToolCall call = ToolCall.to(server, Tool.of(JsonValue.parse(tool)))
                    .id(callId)
                    .session(session)
                    .pod(pod)
                    .principal(principal)
                    .serverIdentity(serverIdentity)
                    .arguments(Arguments.of(JsonValue.parse(arguments)))
                    .build();
            return new ApprovalTicket(
                    id,
                    nonce,
                    issuedAt,
                    expiresAt,
                    gateway,
                    call,
                    policyVersion,
                    new RuleRef(rule, "code"),
                    lane,
                    reason,
                    display,
                    approvers,
                    logHead);
        }
    }

    private static Consumer<Draft> change(Consumer<Draft> change) {
        return change;
    }

    static Stream<Consumer<Draft>> changes() {
        return Stream.of(
                change(draft -> draft.id = "other"),
                change(draft -> draft.nonce = "01"),
                change(draft -> draft.issuedAt = NOW.minusMillis(1)),
                change(draft -> draft.expiresAt = NOW.plusSeconds(60).plusMillis(1)),
                change(draft -> draft.gateway = "other"),
                change(draft -> draft.callId = "other"),
                change(draft -> draft.session = "other"),
                change(draft -> draft.pod = "other"),
                change(draft -> draft.principal = "other"),
                change(draft -> draft.server = "other"),
                change(draft -> draft.serverIdentity = "other"),
                change(draft -> draft.tool = "{\"name\":\"erase\"}"),
                change(draft -> draft.tool = "{\"name\":\"write\",\"description\":\"also sends it\"}"),
                change(draft -> draft.arguments = "{\"path\":\"b\"}"),
                change(draft -> draft.arguments = "{\"path\": \"a\"}"),
                change(draft -> draft.policyVersion = "policy-2"),
                change(draft -> draft.rule = "rules[1]"),
                change(draft -> draft.lane = RiskLane.HIGH),
                change(draft -> draft.reason = "reads"),
                change(draft -> draft.display = "files/write "),
                change(draft -> draft.approvers = 2),
                change(draft -> draft.logHead = "1:00"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void everyMemberChangesTheDigest(Consumer<Draft> change) {
        Draft changed = new Draft();
        change.accept(changed);
        assertThat(changed.ticket().digest()).isNotEqualTo(new Draft().ticket().digest());
    }

    @Test
    void equalTicketsHaveOneDigest() {
        assertThat(new Draft().ticket().digest()).isEqualTo(new Draft().ticket().digest());
        ApprovalTicket ticket = new Draft().ticket();
        assertThat(ticket.forCall(ticket.call()).digest()).isEqualTo(ticket.digest());
    }

    @Test
    void aCallWithOtherBytesIsAnotherTicket() {
        ApprovalTicket ticket = new Draft().ticket();
        ToolCall changed = ticket.call().with(Arguments.of(Map.of("path", "/etc/passwd")));
        assertThat(ticket.forCall(changed).digest()).isNotEqualTo(ticket.digest());
    }

    @Test
    void theCanonicalFormIsCanonicalAndHoldsNoPayload() {
        byte[] canonical = new Draft().ticket().canonical();
        JsonValue json = JsonValue.parse(new String(canonical, StandardCharsets.UTF_8));
        assertThat(CanonicalJson.of(json)).isEqualTo(canonical);
        assertThat(json.raw()).doesNotContain("\"path\"");
    }

    @Test
    void aTicketExpiresAfterItWasIssuedAndNeedsSomebody() {
        Draft backwards = new Draft();
        backwards.expiresAt = NOW;
        assertThatIllegalArgumentException().isThrownBy(backwards::ticket);
        Draft nobody = new Draft();
        nobody.approvers = 0;
        assertThatIllegalArgumentException().isThrownBy(nobody::ticket);
    }
}
