package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.Tool;
import java.util.Objects;

/**
 * What a rule says about the calls it covers. Ordered by strictness: allow, ask in rising lanes, deny.
 *
 * <p>{@link #byRisk()} is no point in that order: it becomes one of the others for each tool, by {@link RiskTable}.
 *
 * @param denies whether it denies
 * @param lane how much a human has to do otherwise; {@link RiskLane#LOW} allows
 * @param isByRisk whether the tool decides which of the others it is
 * @param approvers how many different people have to agree
 */
public record Verdict(boolean denies, RiskLane lane, boolean isByRisk, int approvers) implements Comparable<Verdict> {
    private static final Verdict ALLOW = new Verdict(false, RiskLane.LOW, false, 1);
    private static final Verdict DENY = new Verdict(true, RiskLane.CRITICAL, false, 1);
    private static final Verdict BY_RISK = new Verdict(false, RiskLane.CRITICAL, true, 1);

    public Verdict {
        Objects.requireNonNull(lane, "lane");
        if (approvers < 1 || approvers > Decision.Ask.MAX_APPROVERS) {
            throw new IllegalArgumentException(
                    "approvers must be 1 to " + Decision.Ask.MAX_APPROVERS + ", not " + approvers);
        }
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
        return new Verdict(false, lane, false, 1);
    }

    /**
     * The call may happen if so many different people agree, whoever asks not among them.
     *
     * @throws IllegalArgumentException for {@link RiskLane#LOW}, and for fewer than one or more than eight people
     */
    public static Verdict ask(RiskLane lane, int approvers) {
        return new Verdict(false, ask(lane).lane(), false, approvers);
    }

    /** What a decision comes to. */
    public static Verdict of(Decision decision) {
        if (decision instanceof Decision.Ask ask) {
            return ask(ask.lane(), ask.approvers());
        }
        return decision instanceof Decision.Allow ? ALLOW : DENY;
    }

    /** The call must not happen. */
    public static Verdict deny() {
        return DENY;
    }

    /**
     * Allowed, or asked for in the lane that the tool's risk demands, by our own table. What its server says about it may
     * raise the lane and never lowers it.
     */
    public static Verdict byRisk() {
        return BY_RISK;
    }

    /** What it comes to for this tool. */
    Verdict about(Tool tool) {
        if (!isByRisk) {
            return this;
        }
        RiskLane wanted = RiskTable.lane(tool);
        return wanted == RiskLane.LOW ? ALLOW : ask(wanted);
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
        if (denies != other.denies) {
            return denies ? 1 : -1;
        }
        int byLane = lane.compareTo(other.lane);
        return byLane != 0 ? byLane : Integer.compare(approvers, other.approvers);
    }

    /** {@code allow}, {@code ask (high)}, {@code ask (high, 2 people)}, {@code deny}. */
    @Override
    public String toString() {
        if (denies) {
            return "deny";
        }
        if (isByRisk) {
            return "by risk";
        }
        String people = approvers > 1 ? ", " + approvers + " people" : "";
        return allows() ? "allow" : "ask (" + lane.label() + people + ")";
    }
}
