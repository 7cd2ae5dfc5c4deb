package dev.ilura.approval.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Notices when approving has become a reflex. A person who is asked too often stops reading, and then the questions
 * protect nobody. Guarded by the lock of its {@link Desk}.
 */
final class FatigueMeter {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final long REFLEX = TimeUnit.SECONDS.toNanos(2);
    private static final int MANY = 20;
    private static final int ENOUGH_TO_TELL = 10;
    private static final double NEARLY_ALL = 0.95;

    private final Deque<Answer> lastHour = new ArrayDeque<>();

    private record Answer(long at, boolean reflex) {}

    /** A person answered a card that had been there since {@code shownAt}. */
    void answered(long shownAt, long now, boolean approved) {
        lastHour.addLast(new Answer(now, approved && now - shownAt < REFLEX));
        forget(now);
    }

    /** How many questions were answered in the last hour. */
    int answers(long now) {
        forget(now);
        return lastHour.size();
    }

    /** What to tell the operator, if it has come to that. */
    Optional<String> warning(long now) {
        forget(now);
        long reflexes = lastHour.stream().filter(Answer::reflex).count();
        if (lastHour.size() >= ENOUGH_TO_TELL && reflexes > NEARLY_ALL * lastHour.size()) {
            return Optional.of("Nearly all of the last " + lastHour.size()
                    + " questions were approved within two seconds. Take a moment, or let a rule decide such calls.");
        }
        if (lastHour.size() > MANY) {
            return Optional.of(lastHour.size()
                    + " questions in an hour are more than anybody reads. Let a rule decide the usual ones.");
        }
        return Optional.empty();
    }

    private void forget(long now) {
        while (!lastHour.isEmpty() && now - lastHour.getFirst().at() > HOUR) {
            lastHour.removeFirst();
        }
    }
}
