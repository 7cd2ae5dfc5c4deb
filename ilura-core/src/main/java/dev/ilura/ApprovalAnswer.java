package dev.ilura;

import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What came back from asking a human. Immutable. Anything that is not {@link Approved} is a no. */
public sealed interface ApprovalAnswer {

    /** The channel that carried the question, for example {@code terminal}. */
    String channel();

    /**
     * A human agreed to the ticket with this digest, and to nothing else.
     *
     * @param ticketDigest {@link ApprovalTicket#digest()} of what was shown; another digest counts as a no
     * @param approver who, as far as the channel can tell
     * @param reason what they typed; needed from {@link RiskLane#HIGH} on
     * @param evidence what proves it, for example a passkey assertion; needed for {@link RiskLane#CRITICAL}
     * @param people everybody who agreed, each told apart from the others by the channel; a ticket that wants several
     *     {@linkplain ApprovalTicket#approvers() approvers} takes as many of them that differ
     */
    record Approved(
            String ticketDigest,
            String approver,
            String channel,
            Optional<String> reason,
            Optional<JsonValue> evidence,
            List<String> people)
            implements ApprovalAnswer {
        /** One person agreed. */
        public Approved(
                String ticketDigest,
                String approver,
                String channel,
                Optional<String> reason,
                Optional<JsonValue> evidence) {
            this(ticketDigest, approver, channel, reason, evidence, List.of(approver));
        }

        public Approved {
            people = List.copyOf(people);
            Objects.requireNonNull(ticketDigest, "ticketDigest");
            Objects.requireNonNull(approver, "approver");
            Objects.requireNonNull(channel, "channel");
        }
    }

    /** A human said no. */
    record Refused(String approver, String channel, String why) implements ApprovalAnswer {
        public Refused {
            Objects.requireNonNull(approver, "approver");
            Objects.requireNonNull(channel, "channel");
            Objects.requireNonNull(why, "why");
        }
    }

    /** Nobody answered, or nobody could be asked. */
    record Unanswered(String channel, String why) implements ApprovalAnswer {
        public Unanswered {
            Objects.requireNonNull(channel, "channel");
            Objects.requireNonNull(why, "why");
        }
    }
}
