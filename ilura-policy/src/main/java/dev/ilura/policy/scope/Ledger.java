package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.spi.PolicyEngine.Settlement;
import dev.ilura.spi.TimeSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What each principal of a pod has used up within a stretch of time. An amount is reserved when a call is judged and is
 * given back only if the call is known not to have happened. The same call judged again counts once. Thread-safe.
 */
final class Ledger {
    /** More entries than this within the time are refused, whatever their sum. */
    private static final int MAX_ENTRIES = 10_000;

    private static final int MAX_PRINCIPALS = 10_000;

    private final BigDecimal limit;
    private final Duration per;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<Entry>> byPrincipal = new LinkedHashMap<>(16, 0.75f, true);

    Ledger(BigDecimal limit, Duration per, TimeSource time) {
        this.limit = limit;
        this.per = per;
        this.time = time;
    }

    BigDecimal limit() {
        return limit;
    }

    Duration per() {
        return per;
    }

    /**
     * Reserves an amount.
     *
     * @return what is used up without it, and whether it still fits
     */
    Reservation reserve(ToolCall call, BigDecimal amount) {
        return count(call, amount, true);
    }

    /** What {@link #reserve} would answer. */
    Reservation preview(ToolCall call, BigDecimal amount) {
        return count(call, amount, false);
    }

    private Reservation count(ToolCall call, BigDecimal amount, boolean keep) {
        lock.lock();
        try {
            Deque<Entry> entries = entries(call);
            List<Entry> others = entries.stream()
                    .filter(entry -> !entry.call().equals(call.id()))
                    .toList();
            BigDecimal used = others.stream().map(Entry::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
            boolean fits = used.add(amount).compareTo(limit) <= 0 && others.size() < MAX_ENTRIES;
            if (keep) {
                entries.removeIf(entry -> entry.call().equals(call.id()));
            }
            if (keep && fits) {
                entries.addLast(new Entry(call.id(), amount, time.nanos()));
            }
            return new Reservation(used, fits);
        } finally {
            lock.unlock();
        }
    }

    void settle(ToolCall call, Settlement settlement) {
        if (settlement == Settlement.NOTHING_HAPPENED) {
            lock.lock();
            try {
                entries(call).removeIf(entry -> entry.call().equals(call.id()));
            } finally {
                lock.unlock();
            }
        }
    }

    private Deque<Entry> entries(ToolCall call) {
        String key = call.pod() + "\n" + call.principal();
        Deque<Entry> entries = byPrincipal.get(key);
        if (entries == null) {
            forgetIdle();
            entries = new ArrayDeque<>();
            byPrincipal.put(key, entries);
        }
        dropOld(entries);
        return entries;
    }

    private void dropOld(Deque<Entry> entries) {
        long now = time.nanos();
        while (!entries.isEmpty() && now - entries.peekFirst().at() >= per.toNanos()) {
            entries.removeFirst();
        }
    }

    /** The attack: principals without end, each with an entry of its own. */
    private void forgetIdle() {
        if (byPrincipal.size() >= MAX_PRINCIPALS) {
            byPrincipal.values().removeIf(entries -> {
                dropOld(entries);
                return entries.isEmpty();
            });
        }
    }

    /**
     * What became of a wish.
     *
     * @param used what was used up before it
     */
    record Reservation(BigDecimal used, boolean fits) {}

    private record Entry(String call, BigDecimal amount, long at) {}
}
