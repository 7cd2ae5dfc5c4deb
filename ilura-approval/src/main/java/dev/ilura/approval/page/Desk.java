package dev.ilura.approval.page;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.internal.TypedReasons;
import dev.ilura.approval.passkey.Proof;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the open questions lie. Every rule about who may answer what, and when, is enforced here, whatever the page in
 * the browser does. Thread-safe.
 */
public final class Desk {
    /** The channel in answers and in the configuration. */
    public static final String CHANNEL = "page";

    private static final int MAX_PENDING = 64;

    private final TimeSource time;
    private final Supplier<String> ids;
    private final String operator;
    private final FatigueMeter fatigue = new FatigueMeter();
    private final GrantBook grants = new GrantBook();
    private final Objections objections;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Card> cards = new LinkedHashMap<>();
    private final History history = new History();
    private long version = 1;
    private boolean closed;

    /**
     * @param ids unguessable names for cards
     * @param operator what answers without a passkey call the person
     */
    public Desk(TimeSource time, Supplier<String> ids, String operator) {
        this.time = time;
        this.ids = ids;
        this.operator = operator;
        this.objections = new Objections(time, grants);
    }

    /** Lays a question down, or answers it by a standing permission; empty if the desk is full or closed. */
    public Optional<Pending> place(ApprovalTicket ticket) {
        Pending pending = new Pending(ticket, Deadline.of(ticket, time));
        Card fresh = new Card(ids.get(), pending, time.nanos());
        lock.lock();
        try {
            if (closed || pendingCount() >= MAX_PENDING) {
                return Optional.empty();
            }
            Optional<ApprovalAnswer> granted =
                    pending.deadline().passed() ? Optional.empty() : grants.answer(ticket, time.nanos());
            if (granted.isPresent()) {
                pending.answer().complete(granted.get());
                history.add(ticket, "granted", "by a standing permission", time.now());
                touch();
                return Optional.of(pending);
            }
            Optional<Card> same = fresh.kind().flatMap(this::cardOfKind);
            if (same.isPresent()) {
                same.get().add(pending);
            } else {
                cards.put(fresh.id(), fresh);
            }
            touch();
        } finally {
            lock.unlock();
        }
        Duration left = Duration.between(time.now(), ticket.expiresAt());
        pending.endsBy(time.after(left.isNegative() ? Duration.ZERO : left, () -> remove(pending, "expired")));
        return Optional.of(pending);
    }

    /** Nobody needs the answer any more, or it has been taken. */
    public void withdraw(Pending pending) {
        pending.stopClock();
        remove(pending, "withdrawn");
    }

    /** Ends every question unanswered and takes no more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            List<Pending> open = cards.values().stream()
                    .flatMap(card -> card.waiting().stream())
                    .toList();
            cards.clear();
            open.forEach(pending -> pending.answer().complete(Answers.unanswered("The approval page was closed.")));
            touch();
        } finally {
            lock.unlock();
        }
    }

    /** A standing permission that goes along with a yes: what it allows, and the signature over exactly that. */
    record More(GrantWish wish, Proof proof) {}

    /**
     * A plain yes to the tickets the person saw; for what needs no signature.
     *
     * @param more what else of the kind the person lets pass
     */
    Ruling approve(String cardId, Collection<String> digests, Optional<String> reason, Optional<More> more) {
        lock.lock();
        try {
            Card card = cards.get(cardId);
            if (card == null) {
                return Ruling.GONE;
            }
            if (Card.needsPasskey(card.ticket())) {
                return Ruling.refused("This takes a passkey.");
            }
            List<Pending> seen = seen(card, digests);
            Optional<Ruling> objection = more.flatMap(asked -> objections.toGrant(card, asked.wish()))
                    .or(() -> objections.toYes(card, seen, reason));
            if (objection.isPresent()) {
                return objection.get();
            }
            String person = more.map(asked -> asked.proof().person()).orElse(operator);
            Optional<Grant> grant = more.map(asked ->
                    asked.wish().grant(ids.get(), card.ticket(), reason.map(TypedReasons::kept), asked.proof(), time));
            grant.ifPresent(grants::add);
            seen.forEach(pending -> settle(card, pending, Answers.clicked(pending, person, reason, grant)));
            closeCard(card, seen, "approved", person, true);
            return Ruling.done("Approved.");
        } finally {
            lock.unlock();
        }
    }

    /** A signed yes to one ticket; the proof is over its challenge. */
    Ruling agree(String cardId, String digest, Proof proof, Optional<String> reason) {
        lock.lock();
        try {
            Card card = cards.get(cardId);
            if (card == null) {
                return Ruling.GONE;
            }
            List<Pending> seen = seen(card, List.of(digest));
            Optional<Ruling> objection =
                    Objections.toPerson(card, proof.person()).or(() -> objections.toYes(card, seen, reason));
            if (objection.isPresent()) {
                return objection.get();
            }
            card.agreements().put(proof.person(), new Card.Agreement(proof, reason));
            int missing = card.ticket().approvers() - card.agreements().size();
            if (missing > 0) {
                touch();
                return Ruling.done(
                        missing == 1 ? "One more person has to agree." : missing + " more people have to agree.");
            }
            seen.forEach(pending -> settle(card, pending, Answers.signed(pending, card.agreements())));
            closeCard(
                    card, seen, "approved", String.join(", ", card.agreements().keySet()), true);
            return Ruling.done("Approved.");
        } finally {
            lock.unlock();
        }
    }

    /** What a person would sign for a standing permission; the refusal, if it cannot be one. */
    Ruling grantObjection(String cardId, GrantWish wish) {
        lock.lock();
        try {
            Card card = cards.get(cardId);
            return card == null ? Ruling.GONE : objections.toGrant(card, wish).orElse(Ruling.done(""));
        } finally {
            lock.unlock();
        }
    }

    /** Questions that a gateway before this one left open. */
    void expired(Collection<Settled> leftOver) {
        lock.lock();
        try {
            leftOver.forEach(history::add);
            touch();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a standing permission back. */
    Ruling revoke(String grant) {
        lock.lock();
        try {
            boolean revoked = grants.revoke(grant);
            touch();
            return revoked ? Ruling.done("Revoked.") : Ruling.GONE;
        } finally {
            lock.unlock();
        }
    }

    /** A no to everything on the card, whoever says it and however soon. */
    Ruling deny(String cardId) {
        lock.lock();
        try {
            Card card = cards.get(cardId);
            if (card == null) {
                return Ruling.GONE;
            }
            List<Pending> all = card.waiting();
            for (Pending pending : all) {
                settle(card, pending, Answers.refused(operator));
            }
            closeCard(card, all, "denied", operator, false);
            return Ruling.done("Denied.");
        } finally {
            lock.unlock();
        }
    }

    /** Reads a card under the lock. */
    <T> Optional<T> read(String cardId, Function<Card, T> reader) {
        lock.lock();
        try {
            return Optional.ofNullable(cards.get(cardId)).map(reader);
        } finally {
            lock.unlock();
        }
    }

    /** What the page lists, consistent in itself. */
    Overview overview() {
        lock.lock();
        try {
            long now = time.nanos();
            return new Overview(
                    version,
                    cards.values().stream()
                            .map(card -> new Overview.Line(
                                    card.id(),
                                    card.byDigest().size(),
                                    card.agreements().size()))
                            .toList(),
                    history.newestFirst(),
                    grants.open(),
                    fatigue.answers(now),
                    grants.usesThisHour(now),
                    fatigue.warning(now));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the desk no longer is as it was at {@code seen}; false if it stayed so for the whole time. */
    boolean awaitChange(long seen, Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (version == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return version != seen;
        } finally {
            lock.unlock();
        }
    }

    /** Whether no more questions are taken. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Card> cardOfKind(String kind) {
        return cards.values().stream()
                .filter(card -> card.kind().equals(Optional.of(kind)))
                .findFirst();
    }

    private int pendingCount() {
        return cards.values().stream().mapToInt(card -> card.byDigest().size()).sum();
    }

    private static List<Pending> seen(Card card, Collection<String> digests) {
        return digests.stream()
                .distinct()
                .map(digest -> card.byDigest().get(digest))
                .filter(Objects::nonNull)
                .filter(pending -> !pending.deadline().passed())
                .toList();
    }

    private static void settle(Card card, Pending pending, ApprovalAnswer answer) {
        card.byDigest().remove(pending.ticket().digest());
        pending.answer().complete(answer);
    }

    private void closeCard(Card card, List<Pending> answered, String how, String who, boolean approved) {
        if (card.byDigest().isEmpty()) {
            cards.remove(card.id());
        }
        fatigue.answered(card.laidDownAt(), time.nanos(), approved);
        answered.forEach(pending -> history.add(pending.ticket(), how, who, time.now()));
        touch();
    }

    private void remove(Pending pending, String how) {
        lock.lock();
        try {
            String digest = pending.ticket().digest();
            for (Card card : List.copyOf(cards.values())) {
                if (card.byDigest().remove(digest, pending)) {
                    history.add(pending.ticket(), how, "", time.now());
                    if (card.byDigest().isEmpty()) {
                        cards.remove(card.id());
                    }
                    touch();
                }
            }
            pending.answer().complete(Answers.unanswered("Nobody answered at the approval page in time."));
        } finally {
            lock.unlock();
        }
    }

    private void touch() {
        version++;
        changed.signalAll();
    }
}
