package dev.ilura.testkit;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.AuditRecord;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A log in memory. It can refuse what a test names, and hold back its word: then events are taken and nothing is
 * acknowledged until {@link #acknowledge()}. Proves nothing to anybody; for tests. Thread-safe.
 */
public final class MemoryAudit implements AuditSink {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<AuditEvent> events = new ArrayList<>();
    private final List<AuditRecord> records = new ArrayList<>();
    private final Deque<Runnable> unacknowledged = new ArrayDeque<>();
    private Predicate<AuditEvent> refused = event -> false;
    private Predicate<AuditEvent> held = event -> false;
    private boolean closed;

    /** A log that holds nothing yet and refuses nothing. */
    public MemoryAudit() {}

    /** Refuses events like these from now on. */
    public MemoryAudit refusing(Predicate<AuditEvent> those) {
        lock.lock();
        try {
            refused = those;
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Takes events like these from now on and says nothing about them until {@link #acknowledge()}. */
    public MemoryAudit holding(Predicate<AuditEvent> those) {
        lock.lock();
        try {
            held = those;
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Acknowledges what was held back, oldest first, on the calling thread; later events are acknowledged at once. */
    public void acknowledge() {
        List<Runnable> due;
        lock.lock();
        try {
            held = event -> false;
            due = List.copyOf(unacknowledged);
            unacknowledged.clear();
        } finally {
            lock.unlock();
        }
        due.forEach(Runnable::run);
    }

    @Override
    public CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
        CompletableFuture<AuditReceipt> word = new CompletableFuture<>();
        AuditReceipt receipt;
        lock.lock();
        try {
            if (closed || refused.test(event)) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException(closed ? "the log is closed" : "the log is full"));
            }
            AuditRecord record = record(event, records.size());
            events.add(event);
            records.add(record);
            receipt = new AuditReceipt(record.number(), record.hash());
            if (held.test(event)) {
                unacknowledged.add(() -> word.complete(receipt));
                return word;
            }
        } finally {
            lock.unlock();
        }
        word.complete(receipt);
        return word;
    }

    private static AuditRecord record(AuditEvent event, long number) {
        Map<String, Object> members = new TreeMap<>(event.facts());
        members.put("type", event.type().label());
        members.put("seq", number);
        byte[] canonical = CanonicalJson.of(members);
        return new AuditRecord(number, Digests.sha256Hex(canonical), JsonValue.parse(canonical, JsonLimits.FRAME));
    }

    /** Everything that was taken, in order. */
    public List<AuditEvent> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    /** What was taken of one type, in order. */
    public List<AuditEvent> events(AuditEvent.Type type) {
        return events().stream().filter(event -> event.type() == type).toList();
    }

    /** What was taken about one call, in order. */
    public List<AuditEvent> ofCall(String call) {
        return events().stream()
                .filter(event -> event.text("call").equals(Optional.of(call)))
                .toList();
    }

    /** Whether {@link #close()} was called. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<AuditTrail> trail() {
        return Optional.of(new Trail());
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private List<AuditRecord> records() {
        lock.lock();
        try {
            return List.copyOf(records);
        } finally {
            lock.unlock();
        }
    }

    private final class Trail implements AuditTrail {
        @Override
        public long size() {
            return records().size();
        }

        @Override
        public Optional<AuditRecord> record(long number) {
            List<AuditRecord> all = records();
            return number >= 0 && number < all.size() ? Optional.of(all.get((int) number)) : Optional.empty();
        }

        @Override
        public List<AuditRecord> ofCall(String call) {
            return having("call", call);
        }

        @Override
        public List<AuditRecord> trace(String call) {
            return trace(call, new HashSet<>());
        }

        private List<AuditRecord> trace(String call, Set<String> visited) {
            List<AuditRecord> own = ofCall(call);
            List<AuditRecord> trace = new ArrayList<>();
            if (visited.add(call)) {
                own.stream()
                        .flatMap(record -> record.text("parent").stream())
                        .findFirst()
                        .ifPresent(parent -> trace.addAll(trace(parent, visited)));
                trace.addAll(own);
            }
            return List.copyOf(trace);
        }

        @Override
        public List<AuditRecord> ofSession(String session, int limit) {
            List<AuditRecord> newestFirst = new ArrayList<>(having("session", session));
            Collections.reverse(newestFirst);
            return newestFirst.stream().limit(limit).toList();
        }

        private List<AuditRecord> having(String member, String value) {
            return records().stream()
                    .filter(record -> record.text(member).equals(Optional.of(value)))
                    .toList();
        }
    }
}
