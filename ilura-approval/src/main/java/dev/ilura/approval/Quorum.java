package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.ClientDialogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Several channels, each with a person of its own: as many different people have to agree as the ticket wants, over the
 * same digest. One no ends it. Whether somebody is the caller is for the gate to see.
 */
final class Quorum implements ApprovalHandler, AutoCloseable {
    private static final String CHANNEL = "quorum";

    private final List<ApprovalHandler> handlers;

    Quorum(List<? extends ApprovalHandler> handlers) {
        this.handlers = List.copyOf(handlers);
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        return ask(ticket, ClientDialogue.none());
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket, ClientDialogue client) throws InterruptedException {
        Map<String, ApprovalAnswer.Approved> agreed = new LinkedHashMap<>();
        try (Asking asking = Asking.all(handlers, ticket, client)) {
            for (int heard = 0; heard < handlers.size(); heard++) {
                ApprovalAnswer answer = asking.next();
                if (answer instanceof ApprovalAnswer.Refused) {
                    return answer;
                }
                if (answer instanceof ApprovalAnswer.Approved yes
                        && yes.ticketDigest().equals(ticket.digest())) {
                    yes.people()
                            .forEach(person -> agreed.putIfAbsent(person.strip().toLowerCase(Locale.ROOT), yes));
                }
                if (agreed.size() >= ticket.approvers()) {
                    return together(ticket, agreed);
                }
            }
        }
        return new ApprovalAnswer.Unanswered(
                CHANNEL, agreed.size() + " of " + ticket.approvers() + " people agreed, and nobody else can be asked.");
    }

    @Override
    public void reads(AuditTrail log) {
        handlers.forEach(handler -> handler.reads(log));
    }

    @Override
    public void close() {
        FirstAnswer.closeAll(handlers);
    }

    private static ApprovalAnswer together(ApprovalTicket ticket, Map<String, ApprovalAnswer.Approved> agreed) {
        List<ApprovalAnswer.Approved> answers =
                agreed.values().stream().distinct().toList();
        List<String> people = new ArrayList<>();
        answers.forEach(answer -> people.addAll(answer.people()));
        String reasons = answers.stream()
                .map(answer -> answer.reason().map(why -> answer.approver() + ": " + why))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
        return new ApprovalAnswer.Approved(
                ticket.digest(),
                String.join(", ", people),
                answers.stream()
                        .map(ApprovalAnswer.Approved::channel)
                        .distinct()
                        .collect(Collectors.joining(", ")),
                reasons.isEmpty() ? Optional.empty() : Optional.of(reasons),
                evidence(answers),
                people);
    }

    private static Optional<JsonValue> evidence(List<ApprovalAnswer.Approved> answers) {
        List<Object> all = answers.stream()
                .map(answer -> answer.evidence().map(JsonValue::toJava).orElse(null))
                .filter(Objects::nonNull)
                .toList();
        boolean complete = all.size() == answers.size();
        return complete ? Optional.of(JsonValue.of(Map.of("type", CHANNEL, "answers", all))) : Optional.empty();
    }
}
