package dev.ilura.policy;

import dev.ilura.RiskLane;
import java.util.Objects;

/**
 * What a rule says about the calls it covers. Ordered by strictness: allow, ask in rising lanes, deny.
 *
 * @param denies whether it denies
 * @param lane how much a human has to do otherwise; {@link RiskLane#LOW} allows
 */
public record Verdict(boolean denies, RiskLane lane) implements Comparable<Verdict> {
    private static final Verdict ALLOW = new Verdict(false, RiskLane.LOW);
    private static final Verdict DENY = new Verdict(true, RiskLane.CRITICAL);

    public Verdict {
        Objects.requireNonNull(lane, "lane");
    }

    /** The call may happen. */
    public static Verdict allow() {
        return ALLOW;
    }

    /**
     * The call may happen if a human agrees.
     *
     * @throws IllegalArgumentException for {@link RiskLane#LOW}, which asks nobody
     */
    public static Verdict ask(RiskLane lane) {
        if (lane == RiskLane.LOW) {
            throw new IllegalArgumentException("lane low asks nobody: allow, or ask in medium, high or critical");
        }
        return new Verdict(false, lane);
    }

    /** The call must not happen. */
    public static Verdict deny() {
        return DENY;
    }

    /** Whether it allows without a human. */
    public boolean allows() {
        return !denies && lane == RiskLane.LOW;
    }

    /** Whether a call that it covers can happen at all. */
    public boolean permits() {
        return !denies;
    }

    @Override
    public int compareTo(Verdict other) {
        return denies == other.denies ? lane.compareTo(other.lane) : denies ? 1 : -1;
    }

    /** {@code allow}, {@code ask (high)}, {@code deny}. */
    @Override
    public String toString() {
        if (denies) {
            return "deny";
        }
        return allows() ? "allow" : "ask (" + lane.label() + ")";
    }
}
