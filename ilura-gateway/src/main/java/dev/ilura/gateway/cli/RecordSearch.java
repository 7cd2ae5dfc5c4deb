package dev.ilura.gateway.cli;

import dev.ilura.AuditRecord;
import dev.ilura.spi.AuditTrail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds records through the narrowest key that the log's index has: a call, a commitment to arguments, a session, a tool, a
 * server; otherwise by reading back from the end. The index only proposes, every record is asked.
 */
final class RecordSearch {
    private static final int FIRST_GUESS = 64;
    /** With the time that somebody is asked. */
    private static final Duration LONGEST_CALL = Duration.ofDays(1);

    private final AuditTrail trail;
    private final Map<String, String> wanted;
    private long from;
    private long to;
    /** A call that began here or later can have records in the range. */
    private long callsFrom;

    /**
     * In a log.
     *
     * @param wanted members of a record and their values, of which some may be keys of the index
     */
    RecordSearch(AuditTrail trail, Map<String, String> wanted) {
        this.trail = trail;
        this.wanted = Map.copyOf(wanted);
        this.from = trail.oldest();
        this.to = trail.size();
        this.callsFrom = from;
    }

    /** Narrows by time. Numbers ascend with time as far as the clock was not set back. */
    RecordSearch between(@Nullable Instant since, @Nullable Instant until) {
        from = since == null ? from : trail.since(since);
        callsFrom = since == null ? from : trail.since(since.minus(LONGEST_CALL));
        to = until == null ? to : trail.since(until.plusNanos(1_000));
        return this;
    }

    /** The newest that match, oldest first; of records found by tool or server, those of the newest calls. */
    List<AuditRecord> newest(int limit, Predicate<AuditRecord> matches) {
        Predicate<AuditRecord> right =
                record -> record.number() >= from && record.number() < to && matches.test(record);
        List<AuditRecord> found = keyed(limit, right).orElseGet(() -> read(limit, right));
        found.sort(Comparator.comparingLong(AuditRecord::number));
        return List.copyOf(found.subList(Math.max(0, found.size() - limit), found.size()));
    }

    private Optional<List<AuditRecord>> keyed(int limit, Predicate<AuditRecord> right) {
        String call = wanted.get("call");
        if (call != null) {
            return Optional.of(
                    new ArrayList<>(trail.ofCall(call).stream().filter(right).toList()));
        }
        String commitment = wanted.get("argsC");
        if (commitment != null) {
            return Optional.of(
                    growing(limit, right, some -> trail.by(AuditTrail.Key.ARGUMENTS, commitment, some), false));
        }
        String session = wanted.get("session");
        if (session != null) {
            return Optional.of(growing(limit, right, some -> trail.ofSession(session, some), false));
        }
        AuditTrail.Key key = wanted.containsKey("tool") ? AuditTrail.Key.TOOL : AuditTrail.Key.SERVER;
        String value = wanted.get(key.member());
        return value == null
                ? Optional.empty()
                : Optional.of(growing(limit, right, some -> trail.by(key, value, some), true));
    }

    /** Asks for more and more until enough match, all are there, or what comes is too old. */
    private List<AuditRecord> growing(
            int limit, Predicate<AuditRecord> right, IntFunction<List<AuditRecord>> newestFirst, boolean calls) {
        for (int some = Math.max(limit, FIRST_GUESS);
                ;
                some = some > Integer.MAX_VALUE / 4 ? Integer.MAX_VALUE : some * 4) {
            List<AuditRecord> proposed = newestFirst.apply(some);
            List<AuditRecord> found = new ArrayList<>();
            for (AuditRecord record : proposed) {
                (calls ? withTheRest(record) : List.of(record))
                        .stream().filter(right).forEach(found::add);
                if (found.size() >= limit) {
                    break;
                }
            }
            boolean isAll = proposed.size() < some
                    || some == Integer.MAX_VALUE
                    || proposed.get(proposed.size() - 1).number() < (calls ? callsFrom : from);
            if (found.size() >= limit || isAll) {
                return found;
            }
        }
    }

    /** Under a tool or a server the index has the first record of each call. */
    private List<AuditRecord> withTheRest(AuditRecord first) {
        return first.text("call").map(trail::ofCall).orElse(List.of(first));
    }

    private List<AuditRecord> read(int limit, Predicate<AuditRecord> right) {
        List<AuditRecord> found = new ArrayList<>();
        for (long number = to - 1; number >= from && found.size() < limit; number--) {
            trail.record(number).filter(right).ifPresent(found::add);
        }
        return found;
    }
}
