package dev.ilura.approval.page;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.approval.internal.TypedReasons;
import dev.ilura.approval.passkey.Proof;
import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the page answers the gate, in its words. */
final class Answers {
    private Answers() {}

    static ApprovalAnswer unanswered(String why) {
        return new ApprovalAnswer.Unanswered(Desk.CHANNEL, why);
    }

    static ApprovalAnswer refused(String person) {
        return new ApprovalAnswer.Refused(person, Desk.CHANNEL, "The person at the page said no.");
    }

    /** A click of one person, and the standing permission they gave with it. */
    static ApprovalAnswer clicked(Pending pending, String person, Optional<String> reason, Optional<Grant> grant) {
        return new ApprovalAnswer.Approved(
                pending.ticket().digest(),
                person,
                Desk.CHANNEL,
                reason.map(TypedReasons::kept),
                grant.map(Grant::evidence),
                List.of(person));
    }

    /** The signatures of all who agreed. */
    static ApprovalAnswer signed(Pending pending, Map<String, Card.Agreement> agreements) {
        ApprovalTicket ticket = pending.ticket();
        List<String> people = List.copyOf(agreements.keySet());
        JsonValue evidence = Proof.evidence(
                ticket.canonical(),
                ticket.nonce(),
                agreements.values().stream().map(Card.Agreement::proof).toList());
        return new ApprovalAnswer.Approved(
                ticket.digest(),
                String.join(", ", people),
                Desk.CHANNEL,
                reasons(agreements, ticket.approvers() > 1),
                Optional.of(evidence),
                people);
    }

    private static Optional<String> reasons(Map<String, Card.Agreement> agreements, boolean named) {
        String all = agreements.entrySet().stream()
                .filter(agreement -> agreement.getValue().reason().isPresent())
                .map(agreement -> (named ? agreement.getKey() + ": " : "")
                        + agreement.getValue().reason().orElseThrow())
                .collect(Collectors.joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of(TypedReasons.kept(all));
    }
}
