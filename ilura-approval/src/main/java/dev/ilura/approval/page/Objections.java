package dev.ilura.approval.page;

import dev.ilura.RiskLane;
import dev.ilura.approval.internal.TypedReasons;
import dev.ilura.spi.TimeSource;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Why a click does not count, whatever the page in the browser lets through. Guarded by the lock of its {@link Desk}. */
final class Objections {
    /** A click that comes sooner was meant for something else that stood there. */
    private static final long TOO_QUICK = TimeUnit.MILLISECONDS.toNanos(800);

    private final TimeSource time;
    private final GrantBook grants;
    private final TypedReasons reasons = new TypedReasons();

    Objections(TimeSource time, GrantBook grants) {
        this.time = time;
        this.grants = grants;
    }

    /** To a yes to what was seen; a reason that passes counts as used. */
    Optional<Ruling> toYes(Card card, List<Pending> seen, Optional<String> reason) {
        if (seen.isEmpty()) {
            return Optional.of(Ruling.GONE);
        }
        if (time.nanos() - card.laidDownAt() < TOO_QUICK) {
            return Optional.of(Ruling.refused("That was too quick to have been read. Look again."));
        }
        if (card.ticket().lane().compareTo(RiskLane.HIGH) < 0) {
            return Optional.empty();
        }
        return reasons.take(reason.orElse("")).map(Ruling::refused);
    }

    /** To a standing permission. */
    Optional<Ruling> toGrant(Card card, GrantWish wish) {
        if (!Grant.isPossibleFor(card.ticket())) {
            return Optional.of(Ruling.refused("This is asked for each time."));
        }
        if (grants.isFull()) {
            return Optional.of(Ruling.refused("There are too many standing permissions already; revoke one."));
        }
        return wish.objection(card.ticket());
    }

    /**
     * To one more person. The attack: one person with two passkeys, or under two spellings of one name, and the caller
     * as one of them. People are told apart by the name they were enrolled under, never by the passkey.
     */
    static Optional<Ruling> toPerson(Card card, String person) {
        if (same(person, card.ticket().call().principal())) {
            return Optional.of(Ruling.refused("Whoever asks cannot approve."));
        }
        if (card.agreements().keySet().stream().anyMatch(other -> same(person, other))) {
            return Optional.of(Ruling.refused(person + " has agreed already; another person has to."));
        }
        return Optional.empty();
    }

    private static boolean same(String one, String other) {
        return normal(one).equals(normal(other));
    }

    private static String normal(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC)
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
