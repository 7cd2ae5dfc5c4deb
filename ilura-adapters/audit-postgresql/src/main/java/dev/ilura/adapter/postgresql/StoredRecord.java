package dev.ilura.adapter.postgresql;

import dev.ilura.audit.Sequencer;
import java.util.Map;
import java.util.Optional;

/** A record on its way into its table, with the facts that it is found by. */
record StoredRecord(Sequencer.Entry entry, Map<String, Object> facts) {
    Optional<String> text(String name) {
        return facts.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The hash of the arguments that a ticket names. */
    Optional<String> arguments() {
        return text("ticketJson").flatMap(ticket -> {
            String mark = "\"argsSha256\":\"";
            int at = ticket.indexOf(mark);
            int from = at + mark.length();
            return at >= 0 && ticket.length() >= from + 64
                    ? Optional.of(ticket.substring(from, from + 64))
                    : Optional.empty();
        });
    }
}
