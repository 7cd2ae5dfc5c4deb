package dev.ilura.approval.passkey;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.VerificationException;
import dev.ilura.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Whether a passkey signed. The cryptography and the rules of the WebAuthn standard are webauthn4j's; what Ilura asks
 * beyond them stands here. Thread-safe.
 */
public final class PasskeyVerifier {
    /** The model that browsers' virtual authenticators state; with one of those, a program signs and no person. */
    private static final String VIRTUAL_AUTHENTICATOR = "01020304-0506-0708-0102-030405060708";

    private static final List<PublicKeyCredentialParameters> ALGORITHMS =
            List.of(algorithm(COSEAlgorithmIdentifier.ES256), algorithm(COSEAlgorithmIdentifier.EdDSA));

    private static final int BARE_AUTHENTICATOR_DATA = 37;
    private static final int FLAGS_AT = 32;
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int BACKUP_FLAGS = 0x18;
    private static final int MAX_ATTESTATION = 16_384;

    private final WebAuthnManager webAuthn;
    private final AttestedCredentialDataConverter attestedData;
    private final RelyingParty party;
    private final PasskeyStore store;
    private final boolean virtualAuthenticators;

    /**
     * @param virtualAuthenticators whether passkeys of test authenticators may be enrolled; for tests
     */
    public PasskeyVerifier(RelyingParty party, PasskeyStore store, boolean virtualAuthenticators) {
        ObjectConverter converter = new ObjectConverter();
        this.webAuthn = WebAuthnManager.createNonStrictWebAuthnManager(converter);
        this.attestedData = new AttestedCredentialDataConverter(converter);
        this.party = party;
        this.store = store;
        this.virtualAuthenticators = virtualAuthenticators;
    }

    /**
     * Verifies an assertion of an enrolled passkey over exactly this challenge, and counts it as used.
     *
     * @param message {@code id}, {@code authenticatorData}, {@code clientDataJSON}, {@code signature} in base64url
     */
    public Proof verify(JsonValue message, byte[] challenge) throws PasskeyRefused {
        Assertion assertion = Assertion.read(message);
        Passkey passkey = store.byId(assertion.credentialId()).orElseThrow(() -> new PasskeyRefused("unknown passkey"));
        ClientData.require(assertion.clientDataJson(), "webauthn.get", challenge, party);
        requireBareUserVerification(assertion.authenticatorData());
        long counter = verifySignature(assertion, passkey, challenge);
        store.used(passkey, counter);
        return new Proof(passkey, assertion);
    }

    /** A person was there and proved it, and nothing but that was signed: no attested data, no extensions. */
    private static void requireBareUserVerification(byte[] authenticatorData) throws PasskeyRefused {
        if (authenticatorData.length != BARE_AUTHENTICATOR_DATA) {
            throw new PasskeyRefused("authenticator data of " + authenticatorData.length + " bytes");
        }
        int flags = authenticatorData[FLAGS_AT];
        if ((flags & USER_PRESENT) == 0) {
            throw new PasskeyRefused("user presence");
        }
        if ((flags & USER_VERIFIED) == 0) {
            throw new PasskeyRefused("user verification");
        }
        if ((flags & ~(USER_PRESENT | USER_VERIFIED | BACKUP_FLAGS)) != 0) {
            throw new PasskeyRefused("flags");
        }
    }

    /** The signature, by webauthn4j, which also checks all of the above once more; gives the counter that was signed. */
    private long verifySignature(Assertion assertion, Passkey passkey, byte[] challenge) throws PasskeyRefused {
        byte[] id = Base64Url.decode(assertion.credentialId());
        AuthenticationRequest request = new AuthenticationRequest(
                id, assertion.authenticatorData(), assertion.clientDataJson(), assertion.signature());
        AuthenticationParameters parameters =
                new AuthenticationParameters(server(challenge), record(passkey), List.of(id), true, true);
        try {
            AuthenticationData data = webAuthn.verify(request, parameters);
            return Objects.requireNonNull(data.getAuthenticatorData()).getSignCount();
        } catch (VerificationException | DataConversionException e) {
            throw new PasskeyRefused(e.getClass().getSimpleName(), e);
        }
    }

    private CredentialRecord record(Passkey passkey) {
        boolean synced = passkey.synced();
        return new CredentialRecordImpl(
                new NoneAttestationStatement(),
                true,
                synced,
                synced,
                passkey.counter(),
                attestedData.convert(Base64Url.decode(passkey.attested())),
                null,
                null,
                null,
                Set.of());
    }

    /**
     * Verifies the creation of a passkey over this challenge.
     *
     * @param message {@code attestationObject}, {@code clientDataJSON} in base64url, and {@code transports}
     */
    Passkey created(JsonValue message, byte[] challenge, String person, Instant now) throws PasskeyRefused {
        byte[] attestation = Base64Url.member(message, "attestationObject", MAX_ATTESTATION);
        byte[] clientData = Base64Url.member(message, "clientDataJSON", MAX_ATTESTATION);
        ClientData.require(clientData, "webauthn.create", challenge, party);
        AuthenticatorData<?> data = verifyCreation(attestation, clientData, challenge);
        AttestedCredentialData credential = Objects.requireNonNull(data.getAttestedCredentialData());
        String model = String.valueOf(credential.getAaguid());
        if (model.equals(VIRTUAL_AUTHENTICATOR) && !virtualAuthenticators) {
            throw new PasskeyRefused("a test authenticator proves no person");
        }
        return new Passkey(
                person,
                Base64Url.encode(credential.getCredentialId()),
                Base64Url.encode(attestedData.convert(credential)),
                Base64Url.encode(Objects.requireNonNull(credential.getCOSEKey().getPublicKey())
                        .getEncoded()),
                model,
                transports(message),
                data.isFlagBE(),
                data.getSignCount(),
                now);
    }

    private AuthenticatorData<?> verifyCreation(byte[] attestation, byte[] clientData, byte[] challenge)
            throws PasskeyRefused {
        try {
            RegistrationData data = webAuthn.verify(
                    new RegistrationRequest(attestation, clientData),
                    new RegistrationParameters(server(challenge), ALGORITHMS, true, true));
            return Objects.requireNonNull(data.getAttestationObject()).getAuthenticatorData();
        } catch (VerificationException | DataConversionException e) {
            throw new PasskeyRefused(e.getClass().getSimpleName(), e);
        }
    }

    private static List<String> transports(JsonValue message) {
        List<String> transports = new ArrayList<>();
        message.member("transports")
                .ifPresent(list -> list.elements().stream()
                        .filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .filter(name -> name.matches("[a-z-]{1,20}"))
                        .limit(8)
                        .forEach(transports::add));
        return transports;
    }

    private ServerProperty server(byte[] challenge) {
        return ServerProperty.builder()
                .origin(Origin.create(party.origin()))
                .rpId(RelyingParty.ID)
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    private static PublicKeyCredentialParameters algorithm(COSEAlgorithmIdentifier id) {
        return new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, id);
    }
}
