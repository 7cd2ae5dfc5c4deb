package dev.ilura.approval.page;

import dev.ilura.RiskLane;
import java.time.Instant;

/**
 * A question that is over, for the list below the cards.
 *
 * @param how {@code approved}, {@code granted}, {@code denied}, {@code expired} or {@code withdrawn}
 */
record Settled(String target, RiskLane lane, String how, String who, Instant at) {}
