package dev.ilura.internal.call;

import dev.ilura.ApprovalTicket;
import java.util.Map;
import java.util.Optional;

/**
 * A call that may happen.
 *
 * @param ticket what a human agreed to; empty in lane low
 * @param facts what was done before the effect, for the record
 */
record Cleared(Judged judged, Optional<ApprovalTicket> ticket, Map<String, String> facts) {
    Cleared(Judged judged, Optional<ApprovalTicket> ticket) {
        this(judged, ticket, Map.of());
    }
}
