package dev.ilura.spi;

import dev.ilura.AuditRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a log. Thread-safe; sees every acknowledged record. */
public interface AuditTrail {

    /** How many records there are. */
    long size();

    /** The number of the oldest record that is still there; those below were removed by retention. */
    default long oldest() {
        return 0;
    }

    /** The record with this number. */
    Optional<AuditRecord> record(long number);

    /** All records of one call, oldest first. */
    List<AuditRecord> ofCall(String call);

    /**
     * What led to a call: its own records and those of the calls that triggered it, cause first. Empty if the call is
     * not in the log.
     */
    List<AuditRecord> trace(String call);

    /** Calls of one session, newest first, at most {@code limit} records. */
    List<AuditRecord> ofSession(String session, int limit);

    /**
     * What a call led to: the records of the calls that it triggered, directly or through others, in the order in which
     * they happened. Its own records are not among them. This default reads the whole log.
     */
    default List<AuditRecord> effects(String call) {
        Set<String> causes = new HashSet<>(Set.of(call));
        List<AuditRecord> effects = new ArrayList<>();
        for (long number = oldest(); number < size(); number++) {
            record(number).ifPresent(record -> {
                Optional<String> own = record.text("call");
                if (own.isPresent() && !own.get().equals(call)) {
                    if (record.text("parent").filter(causes::contains).isPresent()) {
                        causes.add(own.get());
                    }
                    if (causes.contains(own.get())) {
                        effects.add(record);
                    }
                }
            });
        }
        return List.copyOf(effects);
    }

    /** What records can be found by. */
    enum Key {
        /** A server's name. */
        SERVER("server"),
        /** A tool's name. */
        TOOL("tool"),
        /** A commitment to arguments, as the record {@code dispatch} holds it. */
        ARGUMENTS("argsC");

        private final String member;

        Key(String member) {
            this.member = member;
        }

        /** The member of a record that holds it. */
        public String member() {
            return member;
        }
    }

    /**
     * Records by what they are about, newest first: of each call the first one, of things that are no calls all. This
     * default reads the log from its end.
     *
     * @param limit how many at most
     */
    default List<AuditRecord> by(Key key, String value, int limit) {
        List<AuditRecord> found = new ArrayList<>();
        for (long number = size() - 1; number >= oldest() && found.size() < limit; number--) {
            record(number)
                    .filter(record ->
                            key == Key.ARGUMENTS || record.integer("prevInCall").isEmpty())
                    .filter(record ->
                            record.text(key.member()).filter(value::equals).isPresent())
                    .ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    /**
     * The number of the first record that was written at this time or later; {@link #size()} if there is none. Where the
     * clock was set back, one of the places where it passed this time.
     */
    default long since(Instant time) {
        long from = oldest();
        long to = size();
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (record(middle).filter(record -> record.time().isBefore(time)).isPresent()) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
