package dev.ilura.approval.page;

import dev.ilura.RiskLane;
import java.time.Instant;

/**
 * A question that is over, for the history.
 *
 * @param how {@code approved}, {@code granted}, {@code denied}, {@code expired} or {@code withdrawn}
 * @param who the person or people, or why there was none
 * @param digest of the ticket, hex
 */
record Settled(String target, RiskLane lane, String how, String who, String digest, Instant at) {}
