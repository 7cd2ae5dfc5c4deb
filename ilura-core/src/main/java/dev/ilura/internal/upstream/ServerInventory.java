package dev.ilura.internal.upstream;

import dev.ilura.Inventory.Quarantined;
import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one server offers, as far as it is pinned: listed at every start and whenever the server says that it changed,
 * compared with the pins each time. Thread-safe.
 */
final class ServerInventory {
    /** What models are told about, and so must not change behind their backs. Resources are data and come and go. */
    private static final Set<Offer> PINNED = EnumSet.of(Offer.TOOLS, Offer.PROMPTS);

    private final Duration patience;
    private final Watcher watcher;
    private final ReentrantLock lock = new ReentrantLock();
    private final Pins pins;
    private final Set<Offer> listing = EnumSet.noneOf(Offer.class);
    private final Set<Offer> listAgain = EnumSet.noneOf(Offer.class);
    private @Nullable UpstreamSession source;
    private volatile Known known = new Known(0, Map.of(), Map.of());

    /**
     * An empty one.
     *
     * @param pins of the server, whichever connection it is seen over
     * @param patience how long a listing may take that the server itself has caused
     */
    ServerInventory(Pins pins, Duration patience, Watcher watcher) {
        this.pins = pins;
        this.patience = patience;
        this.watcher = watcher;
    }

    /** Who wants to know. */
    interface Watcher {
        /** What is pinned was listed. */
        void listed(UpstreamSession session, Offer offer, Pins.Admission admission);

        /** The instructions were compared with their pin; something is worth a look. */
        void instructions(UpstreamSession session, List<Quarantined> remarks);

        /** What was listed before is no longer right. */
        void changed(Offer offer);
    }

    /**
     * What was last seen.
     *
     * @param changes grows whenever the callable entries change
     */
    private record Known(long changes, Map<Offer, Pins.Admission> offers, Map<String, Tool> callable) {

        Known with(Offer offer, Pins.Admission admission) {
            Map<Offer, Pins.Admission> all = new EnumMap<>(Offer.class);
            all.putAll(offers);
            Pins.Admission before = all.put(offer, admission);
            boolean same = before != null && before.entries().equals(admission.entries());
            Map<String, Tool> entries = new HashMap<>();
            all.values().forEach(each -> entries.putAll(each.entries()));
            return new Known(same ? changes : changes + 1, all, entries);
        }
    }

    /** Lists all that is pinned; from now on only this session counts. Blocks. */
    void read(UpstreamSession session, Duration timeout) {
        lock.lock();
        try {
            source = session;
            listing.clear();
            listAgain.clear();
        } finally {
            lock.unlock();
        }
        instructions(session);
        for (Offer offer : PINNED) {
            admit(session, offer, new Listing(session).all(offer, timeout).join());
        }
    }

    private void instructions(UpstreamSession session) {
        List<Quarantined> remarks;
        lock.lock();
        try {
            remarks = pins.instructions(session.agreement().instructions());
        } finally {
            lock.unlock();
        }
        if (!remarks.isEmpty()) {
            watcher.instructions(session, remarks);
        }
    }

    /** The server says that a list is no longer right. One listing at a time, however often it says so. */
    void changed(UpstreamSession from, Offer offer) {
        if (!PINNED.contains(offer)) {
            watcher.changed(offer);
        } else if (mayList(from, offer)) {
            list(from, offer);
        }
    }

    private boolean mayList(UpstreamSession from, Offer offer) {
        lock.lock();
        try {
            if (!isSource(from)) {
                return false;
            }
            boolean first = listing.add(offer);
            if (!first) {
                listAgain.add(offer);
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void list(UpstreamSession from, Offer offer) {
        new Listing(from).all(offer, patience).whenComplete((listed, failure) -> {
            if (failure == null && !admit(from, offer, listed)) {
                watcher.changed(offer); // the server knows better what is new to it
            }
            if (changedMeanwhile(from, offer)) {
                list(from, offer);
            }
        });
    }

    private boolean changedMeanwhile(UpstreamSession from, Offer offer) {
        lock.lock();
        try {
            if (!isSource(from)) {
                return false;
            }
            boolean again = listAgain.remove(offer);
            if (!again) {
                listing.remove(offer);
            }
            return again;
        } finally {
            lock.unlock();
        }
    }

    /** Whether clients were told. */
    private boolean admit(UpstreamSession from, Offer offer, List<JsonValue> listed) {
        Pins.Admission admission;
        boolean changed;
        lock.lock();
        try {
            if (!isSource(from)) {
                return true;
            }
            admission = pins.admit(offer, from.clientCapabilities(), listed);
            Known seen = known.with(offer, admission);
            changed = seen.changes() != known.changes();
            known = seen;
        } finally {
            lock.unlock();
        }
        watcher.listed(from, offer, admission);
        if (changed) {
            watcher.changed(offer);
        }
        return changed;
    }

    /** Whether it is this very session that counts. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isSource(UpstreamSession session) {
        return source == session;
    }

    /** Grows whenever the callable entries change, so that what was derived from them can be kept until then. */
    long changes() {
        return known.changes();
    }

    /** What is callable under this target. */
    Optional<Tool> callable(String target) {
        return Optional.ofNullable(known.callable().get(target));
    }

    /** The callable entries of an offer, in the server's order. */
    List<Tool> entries(Offer offer) {
        Pins.Admission admission = known.offers().get(offer);
        return admission == null ? List.of() : List.copyOf(admission.entries().values());
    }

    /** What is listed and not callable. */
    List<Quarantined> quarantined() {
        return known.offers().values().stream()
                .flatMap(admission -> admission.quarantined().stream())
                .toList();
    }
}
