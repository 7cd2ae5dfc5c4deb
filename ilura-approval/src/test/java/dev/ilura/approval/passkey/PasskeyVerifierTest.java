package dev.ilura.approval.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.Tickets;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PasskeyVerifierTest {
    private static final String ORIGIN = "http://localhost:7717";
    private static final ApprovalTicket TICKET = Tickets.of(RiskLane.CRITICAL);
    private static final byte[] CHALLENGE = Challenge.of(TICKET);

    private final SoftAuthenticator authenticator = SoftAuthenticator.on(ORIGIN);

    @TempDir
    private Path directory;

    private PasskeyStore store;
    private PasskeyVerifier verifier;

    @BeforeEach
    void enrolled() throws PasskeyRefused {
        store = PasskeyStore.in(directory.resolve("passkeys.json"));
        verifier = new PasskeyVerifier(new RelyingParty(ORIGIN), store, false);
        store.add(created(authenticator));
    }

    @Test
    void aGoodSignatureIsProofOfThePerson() throws PasskeyRefused {
        assertThat(verifier.verify(sign().done(), CHALLENGE).person()).isEqualTo("alice");
    }

    @Test
    void membersThatBrowsersAddOnPurposeAreLetBe() throws PasskeyRefused {
        JsonValue message = sign().stating(
                        "other_keys_can_be_added_here", "do not compare clientDataJSON against a template")
                .done();

        assertThat(verifier.verify(message, CHALLENGE).person()).isEqualTo("alice");
    }

    static Stream<Arguments> badSignatures() {
        return Stream.of(
                bad("type", s -> s.stating("type", "webauthn.create")),
                bad("challenge", s -> s.stating("challenge", challengeOf("another"))),
                bad("challenge", s -> s.stating("challenge", "not base64!")),
                bad("challenge", s -> s.stating("challenge", 7)),
                bad("origin", s -> s.stating("origin", "http://localhost:7718")),
                bad("origin", s -> s.stating("origin", "http://127.0.0.1:7717")),
                bad("origin", s -> s.stating("origin", "https://localhost:7717")),
                bad("origin", s -> s.stating("origin", "http://localhost:7717/")),
                bad("crossOrigin", s -> s.stating("crossOrigin", true)),
                bad("crossOrigin", s -> s.stating("crossOrigin", "no")),
                bad("crossOrigin", s -> s.stating("topOrigin", ORIGIN)),
                bad("BadRpIdException", s -> s.rpId("evil.example")),
                bad("user presence", s -> s.flags(SoftAuthenticator.USER_VERIFIED)),
                bad("user verification", s -> s.flags(SoftAuthenticator.USER_PRESENT)),
                bad("flags", s -> s.flags(0x45)),
                bad("flags", s -> s.flags(0x85)),
                bad("flags", s -> s.flags(0x07)),
                bad("BackupState", s -> s.flags(0x15)),
                bad("BackupEligible", s -> s.flags(0x0D)),
                bad("authenticator data of 38 bytes", s -> s.extra(new byte[1])),
                bad("BadSignatureException", s -> s.signedBy(SoftAuthenticator.on(ORIGIN))),
                bad("BadSignatureException", s -> s.flippedInSignature(20)),
                bad("BadSignatureException", s -> s.flippedInData(36)));
    }

    @ParameterizedTest
    @MethodSource("badSignatures")
    void whatIsWrongAnywhereIsNoProof(String check, UnaryOperator<SoftAuthenticator.Signing> wrong) {
        JsonValue message = wrong.apply(sign()).done();

        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> verifier.verify(message, CHALLENGE))
                .withMessageContaining(check);
    }

    @Test
    void aSignatureDoesNotServeTwice() throws PasskeyRefused {
        JsonValue message = sign().done();
        verifier.verify(message, CHALLENGE);

        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> verifier.verify(message, CHALLENGE))
                .withMessageContaining("MaliciousCounterValue");
    }

    /**
     * The attack: of an ECDSA signature anybody can make a second one that is as good. Half of all authenticators' own
     * signatures have the larger s, so neither can be refused; that it is the same use is what has to be noticed.
     */
    @Test
    void theMirroredSignatureIsTheSameUse() throws PasskeyRefused {
        SoftAuthenticator.Signing signing = sign();
        JsonValue made = signing.done();
        JsonValue mirrored = signing.mirrored().done();
        assertThat(mirrored.member("clientDataJSON")).isEqualTo(made.member("clientDataJSON"));
        assertThat(mirrored.member("authenticatorData")).isEqualTo(made.member("authenticatorData"));
        assertThat(mirrored.member("signature")).isNotEqualTo(made.member("signature"));

        assertThat(verifier.verify(mirrored, CHALLENGE).person()).isEqualTo("alice");
        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> verifier.verify(made, CHALLENGE))
                .withMessageContaining("MaliciousCounterValueException");
    }

    @Test
    void aPasskeyThatIsNotEnrolledProvesNothing() {
        JsonValue message =
                SoftAuthenticator.on(ORIGIN).sign(Base64Url.encode(CHALLENGE)).done();

        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> verifier.verify(message, CHALLENGE))
                .withMessageContaining("unknown passkey");
    }

    @Test
    void aSignatureForOneCallDoesNotServeAnother() {
        List<ApprovalTicket> others = new ArrayList<>(List.of(
                Tickets.ticket()
                        .lane(RiskLane.CRITICAL)
                        .arguments(java.util.Map.of("path", "/srv/docs/b.md"))
                        .make(),
                Tickets.ticket().lane(RiskLane.CRITICAL).server("other").make(),
                Tickets.ticket()
                        .lane(RiskLane.CRITICAL)
                        .tool("{\"name\":\"delete_file\"}")
                        .make(),
                Tickets.ticket()
                        .lane(RiskLane.CRITICAL)
                        .tool("{\"name\":\"write_file\"}")
                        .make(),
                Tickets.ticket().lane(RiskLane.CRITICAL).id("other").make(),
                Tickets.ticket()
                        .lane(RiskLane.CRITICAL)
                        .display("something else")
                        .make(),
                Tickets.ticket()
                        .lane(RiskLane.CRITICAL)
                        .life(java.time.Duration.ofSeconds(61))
                        .make(),
                Tickets.ticket().lane(RiskLane.CRITICAL).approvers(2).make(),
                Tickets.of(RiskLane.HIGH)));
        JsonValue message = sign().done();

        for (ApprovalTicket other : others) {
            assertThatExceptionOfType(PasskeyRefused.class)
                    .isThrownBy(() -> verifier.verify(message, Challenge.of(other)))
                    .withMessageContaining("challenge");
        }
    }

    @Test
    void aMessageWithMissingOrHugeMembersIsRefused() {
        for (String message : List.of(
                "{}",
                "{\"id\":1}",
                "{\"id\":\"%%%\"}",
                "{\"id\":\"" + "A".repeat(3000) + "\"}",
                "{\"id\":\"AA\",\"authenticatorData\":\"AA\",\"clientDataJSON\":\"AA\"}")) {
            assertThatExceptionOfType(PasskeyRefused.class)
                    .isThrownBy(() -> verifier.verify(JsonValue.parse(message), CHALLENGE));
        }
    }

    @Test
    void aTestAuthenticatorIsNotEnrolled() {
        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> created(SoftAuthenticator.virtualOn(ORIGIN)))
                .withMessageContaining("test authenticator");
    }

    @Test
    void aPasskeyMadeForAnotherPortIsNotEnrolled() {
        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> created(SoftAuthenticator.on("http://localhost:9999")))
                .withMessageContaining("origin");
    }

    @Test
    void aPasskeyIsEnrolledOnce() {
        assertThatExceptionOfType(PasskeyRefused.class)
                .isThrownBy(() -> store.add(created(authenticator)))
                .withMessageContaining("already");
    }

    @Test
    void theEvidenceStandsWithoutIlura() throws Exception {
        Proof proof = verifier.verify(sign().done(), CHALLENGE);

        JsonValue evidence = Proof.evidence(TICKET.canonical(), TICKET.nonce(), List.of(proof));

        JsonValue assertion = evidence.at("/assertions/0").orElseThrow();
        byte[] statement = text(evidence, "statement").getBytes(StandardCharsets.UTF_8);
        byte[] clientData = bytes(assertion, "clientDataJSON");
        byte[] challenge = bytes(JsonValue.parse(new String(clientData, StandardCharsets.UTF_8)), "challenge");
        assertThat(statement).isEqualTo(TICKET.canonical());
        assertThat(challenge)
                .endsWith(Digests.sha256(ApprovalTicket.DOMAIN.getBytes(StandardCharsets.UTF_8), statement))
                .hasSize(64);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(
                KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(bytes(assertion, "publicKey"))));
        signature.update(bytes(assertion, "authenticatorData"));
        signature.update(Digests.sha256(clientData));
        assertThat(signature.verify(bytes(assertion, "signature"))).isTrue();
    }

    private SoftAuthenticator.Signing sign() {
        return authenticator.sign(Base64Url.encode(CHALLENGE));
    }

    private Passkey created(SoftAuthenticator by) throws PasskeyRefused {
        byte[] challenge = new byte[32];
        return verifier.created(by.create(Base64Url.encode(challenge)), challenge, "alice", Tickets.ISSUED);
    }

    private static Arguments bad(String check, UnaryOperator<SoftAuthenticator.Signing> wrong) {
        return Arguments.argumentSet(check, check, wrong);
    }

    private static String challengeOf(String id) {
        return Base64Url.encode(
                Challenge.of(Tickets.ticket().lane(RiskLane.CRITICAL).id(id).make()));
    }

    private static String text(JsonValue json, String name) {
        return json.member(name).orElseThrow().text();
    }

    private static byte[] bytes(JsonValue json, String name) {
        return Base64.getUrlDecoder().decode(text(json, name));
    }
}
