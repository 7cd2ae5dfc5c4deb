package dev.ilura.internal.call;

import dev.ilura.ApprovalTicket;
import java.util.Optional;

/**
 * A call that may happen.
 *
 * @param ticket what a human agreed to; empty in lane low
 */
record Cleared(Judged judged, Optional<ApprovalTicket> ticket) {}
