package dev.ilura.audit;

import static dev.ilura.audit.Events.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.audit.verify.EvidenceReport;
import dev.ilura.audit.verify.EvidenceVerifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What evidence says about an approval is checked without the gateway and without any library. */
class ApprovedEvidenceTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "Ed25519"})
    void aPasskeysSignatureOverExactlyThisCallIsProven(String algorithm) {
        EvidenceReport report = report(new PasskeyCall("paid", algorithm).events());

        assertThat(report.findings()).isEmpty();
        assertThat(report.statements())
                .anyMatch(line -> line.equals("  rule trace: asked in lane critical"))
                .anyMatch(line -> line.equals("call paid: approved by ada over page"))
                .anyMatch(line -> line.contains("signed by the passkey ")
                        && line.contains(" at http://localhost:7717, whom the gateway knows as ada"))
                .anyMatch(line -> line.startsWith("tool bank/pay as pinned: {\"description\":\"Pays.\""))
                .last()
                .isEqualTo("call paid: outcome completed");
    }

    @Test
    void whatAPasskeyDidNotSignIsFound() {
        refused("something else than an approval", call -> call.type = "webauthn.create");
        refused("another ticket", call -> call.challenge[40] ^= 1);
        refused("another ticket", call -> call.challenge[3] ^= 1);
        refused("from inside another page", call -> call.more = "\"crossOrigin\":true");
        refused("from inside another page", call -> call.more = "\"topOrigin\":\"http://evil\"");
        refused("belongs to another page", call -> call.origin = "http://evil.example:7717");
        refused("belongs to another page", call -> call.party = "evil.example");
        refused("not there or not verified", call -> call.flags = 0x01);
        refused("not there or not verified", call -> call.flags = 0x04);
        refused("not there or not verified", call -> call.flags = 0x45);
        refused("signature is not valid", call -> call.signOther = true);
        refused("about another ticket", call -> call.statement = call.statement.replace("policy-1", "policy-2"));
        refused("a key is there twice", call -> call.more = "\"type\":\"webauthn.get\"");
        refused("approved without a passkey", call -> call.evidence = false);
    }

    private void refused(String why, Consumer<PasskeyCall> bend) {
        PasskeyCall call = new PasskeyCall("paid");
        bend.accept(call);
        assertThat(report(call.events()).findings()).as(why).anyMatch(finding -> finding.contains(why));
    }

    /** The attack: one person counts twice, with two passkeys or under two spellings. */
    @Test
    void severalPeopleAreSeveralNamesAndSeveralPasskeys() {
        PasskeyCall two = new PasskeyCall("paid", "EC", 2);
        two.people = List.of("ada", "bob");
        assertThat(report(two.events()).findings()).isEmpty();
        for (List<String> people : List.of(List.of("ada"), List.of("ada", "ada"), List.of("ada", "ADA"))) {
            PasskeyCall call = new PasskeyCall("paid", "EC", 2);
            call.people = people;
            assertThat(report(call.events()).findings())
                    .as(people.toString())
                    .anyMatch(finding -> finding.contains("fewer people signed"));
        }
    }

    /** The attack: a gateway sends what nobody agreed to, and says that somebody did. */
    @Test
    void aDispatchWithoutItsApprovalIsFound() {
        PasskeyCall call = new PasskeyCall("paid");
        List<AuditEvent> events = new ArrayList<>(call.events());
        events.remove(2);

        assertThat(report(events).findings()).anyMatch(finding -> finding.contains("approval that is not proven"));
    }

    /** The attack: one approval is used for two writes. */
    @Test
    void aSecondDispatchOnOneApprovalIsFound() {
        PasskeyCall call = new PasskeyCall("paid");
        List<AuditEvent> events = new ArrayList<>(call.events());
        events.add(call.dispatched());

        assertThat(report(events).findings()).anyMatch(finding -> finding.contains("approval that is not proven"));
    }

    /** The attack: the definition that is shown is not the one that was pinned. */
    @Test
    void aToolDefinitionWithAnotherDigestIsFound() {
        PasskeyCall call = new PasskeyCall("paid");
        AuditEvent other = AuditEvent.of(AuditEvent.Type.INVENTORY)
                .fact("toolDigest", call.call.tool().digest())
                .fact("definition", "{\"name\":\"pay\"}")
                .build();

        assertThat(report(List.of(other, call.asked())).findings())
                .anyMatch(finding -> finding.contains("does not have the digest that was pinned"));
    }

    private EvidenceReport report(List<AuditEvent> events) {
        Path state = dir.resolve(Integer.toString(System.identityHashCode(events)));
        try (AuditLog log = AuditLog.in(state)) {
            events.forEach(event -> write(log, event));
        }
        return EvidenceVerifier.trustingTheBundlesKeys()
                .verify(AuditReader.open(state).prove("paid"));
    }
}
