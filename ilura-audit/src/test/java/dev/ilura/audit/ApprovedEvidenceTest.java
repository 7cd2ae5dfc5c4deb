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

    /** All in one log, each call with its own evidence. */
    @Test
    void whatAPasskeyDidNotSignIsFound() {
        List<Refusal> refusals = List.of(
                new Refusal("something else than an approval", call -> call.type = "webauthn.create"),
                new Refusal("signed another ticket", call -> call.challenge[40] ^= 1),
                new Refusal("signed another ticket", call -> call.challenge[3] ^= 1),
                new Refusal("from inside another page", call -> call.more = "\"crossOrigin\":true"),
                new Refusal("from inside another page", call -> call.more = "\"topOrigin\":\"http://evil\""),
                new Refusal("belongs to another page", call -> call.origin = "http://evil.example:7717"),
                new Refusal("belongs to another page", call -> call.party = "evil.example"),
                new Refusal("not there or not verified", call -> call.flags = 0x01),
                new Refusal("not there or not verified", call -> call.flags = 0x04),
                new Refusal("not there or not verified", call -> call.flags = 0x45),
                new Refusal("signature is not valid", call -> call.signOther = true),
                new Refusal(
                        "about another ticket",
                        call -> call.statement = call.statement.replace("policy-1", "policy-2")),
                new Refusal("a key is there twice", call -> call.more = "\"type\":\"webauthn.get\""),
                new Refusal("approved without a passkey", call -> call.evidence = false));
        List<PasskeyCall> calls = new ArrayList<>();
        for (int i = 0; i < refusals.size(); i++) {
            PasskeyCall call = new PasskeyCall("paid " + i);
            refusals.get(i).bend().accept(call);
            calls.add(call);
        }
        try (AuditLog log = AuditLog.in(dir)) {
            calls.forEach(call -> call.events().forEach(event -> write(log, event)));
        }
        AuditReader reader = AuditReader.open(dir);
        EvidenceVerifier verifier = EvidenceVerifier.trustingTheBundlesKeys();
        for (int i = 0; i < refusals.size(); i++) {
            String why = refusals.get(i).why();
            assertThat(verifier.verify(reader.prove("paid " + i)).findings())
                    .as("paid " + i)
                    .anyMatch(finding -> finding.contains(why));
        }
    }

    /** A way to bend what a passkey signed, and what must be found. */
    private record Refusal(String why, Consumer<PasskeyCall> bend) {}

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
        try (AuditLog log = AuditLog.in(dir)) {
            events.forEach(event -> write(log, event));
        }
        return EvidenceVerifier.trustingTheBundlesKeys()
                .verify(AuditReader.open(dir).prove("paid"));
    }
}
