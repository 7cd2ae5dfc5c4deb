package dev.ilura.approval.passkey;

import dev.ilura.approval.internal.OneTimeCode;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * How passkeys come and go. The first one needs a code from the operator's terminal; each further one, and each removal,
 * the signature of one that is there. Enrolment is the weak door: whoever gets a passkey in can approve everything.
 * Thread-safe.
 */
public final class Enrolment {
    private static final long LIFE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int MAX_OPEN = 8;
    private static final int MAX_NAME = 60;

    private final PasskeyStore store;
    private final PasskeyVerifier verifier;
    private final OneTimeCode code;
    private final RandomGenerator random;
    private final TimeSource time;
    private final Consumer<String> operator;
    private final Map<String, Ceremony> open = new LinkedHashMap<>();

    /**
     * @param operator is told who came and who went: whoever has a passkey can add people, and that should not go unseen
     */
    public Enrolment(
            PasskeyStore store,
            PasskeyVerifier verifier,
            OneTimeCode code,
            RandomGenerator random,
            TimeSource time,
            Consumer<String> operator) {
        this.store = store;
        this.verifier = verifier;
        this.code = code;
        this.random = random;
        this.time = time;
        this.operator = operator;
    }

    /** What the browser is to do next. */
    public enum Step {
        /** Have an enrolled passkey sign the challenge. */
        AUTHORISE,
        /** Create a passkey over the challenge. */
        CREATE
    }

    /**
     * An enrolment or removal under way.
     *
     * @param id names it in the next message
     * @param challenge base64url
     * @param subject the person, or the id of the passkey to remove
     */
    public record Ceremony(String id, Step step, String challenge, String subject, boolean removal, long startedAt) {}

    /** Shows the code for the first passkey at the operator's terminal. */
    public void showCode() {
        if (store.all().isEmpty()) {
            code.renew();
        }
    }

    /** Begins to enrol a person; the code counts for the first passkey only. */
    public Ceremony begin(String person, String typedCode) throws PasskeyRefused {
        String name = person.strip();
        if (name.isEmpty()
                || name.length() > MAX_NAME
                || !VisibleText.oneLine(name).equals(name)) {
            throw new PasskeyRefused("a name has 1 to " + MAX_NAME + " visible characters");
        }
        if (!store.all().isEmpty()) {
            byte[] nonce = nonce();
            return opened(Step.AUTHORISE, Challenge.enrolment(nonce, name), name, false);
        }
        if (!code.take(typedCode)) {
            throw new PasskeyRefused("this is not the code on the operator's terminal");
        }
        return opened(Step.CREATE, nonce(), name, false);
    }

    /** Begins to remove a passkey. */
    public Ceremony beginRemoval(String credentialId) throws PasskeyRefused {
        Passkey passkey = store.byId(credentialId).orElseThrow(() -> new PasskeyRefused("unknown passkey"));
        return opened(Step.AUTHORISE, Challenge.removal(nonce(), passkey.id()), passkey.id(), true);
    }

    /** An enrolled passkey agrees; empty if that was all that was needed. */
    public Optional<Ceremony> authorise(String ceremony, JsonValue assertion) throws PasskeyRefused {
        Ceremony begun = taken(ceremony, Step.AUTHORISE);
        verifier.verify(assertion, Base64Url.decode(begun.challenge()));
        if (begun.removal()) {
            String person = store.byId(begun.subject()).map(Passkey::person).orElse("nobody");
            store.remove(begun.subject());
            operator.accept("A passkey of " + person + " was removed from the approval page.");
            return Optional.empty();
        }
        return Optional.of(opened(Step.CREATE, nonce(), begun.subject(), false));
    }

    /** The browser has created the passkey. */
    public Passkey finish(String ceremony, JsonValue attestation) throws PasskeyRefused {
        Ceremony begun = taken(ceremony, Step.CREATE);
        Passkey passkey =
                verifier.created(attestation, Base64Url.decode(begun.challenge()), begun.subject(), time.now());
        store.add(passkey);
        operator.accept("A passkey of " + passkey.person() + " was added to the approval page.");
        return passkey;
    }

    private synchronized Ceremony opened(Step step, byte[] challenge, String subject, boolean removal)
            throws PasskeyRefused {
        open.values().removeIf(this::tooOld);
        if (open.size() >= MAX_OPEN) {
            throw new PasskeyRefused(MAX_OPEN + " enrolments are under way already");
        }
        Ceremony ceremony = new Ceremony(
                Base64Url.encode(nonce()), step, Base64Url.encode(challenge), subject, removal, time.nanos());
        open.put(ceremony.id(), ceremony);
        return ceremony;
    }

    /** A ceremony is good for one try. */
    private synchronized Ceremony taken(String id, Step step) throws PasskeyRefused {
        Ceremony ceremony = open.remove(id);
        if (ceremony == null || ceremony.step() != step || tooOld(ceremony)) {
            throw new PasskeyRefused("this enrolment is over; begin again");
        }
        return ceremony;
    }

    private boolean tooOld(Ceremony ceremony) {
        return time.nanos() - ceremony.startedAt() > LIFE_NANOS;
    }

    /** How long a browser may take over one step. */
    public static Duration life() {
        return Duration.ofNanos(LIFE_NANOS);
    }

    private byte[] nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return nonce;
    }
}
