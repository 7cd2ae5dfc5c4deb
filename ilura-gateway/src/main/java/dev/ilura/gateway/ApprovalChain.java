package dev.ilura.gateway;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.spi.ApprovalHandler;
import java.util.ArrayList;
import java.util.List;

/**
 * Several channels to humans, asked one after the other: the first that reaches somebody decides. A refusal ends it; only
 * a channel on which nobody could be asked passes the ticket on.
 */
final class ApprovalChain implements ApprovalHandler {
    private final List<ApprovalHandler> channels;

    ApprovalChain(List<ApprovalHandler> channels) {
        this.channels = List.copyOf(channels);
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        List<String> tried = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (ApprovalHandler channel : channels) {
            ApprovalAnswer answer = channel.ask(ticket);
            if (!(answer instanceof ApprovalAnswer.Unanswered unanswered)) {
                return answer;
            }
            tried.add(unanswered.channel());
            reasons.add(unanswered.why());
        }
        return new ApprovalAnswer.Unanswered(String.join("+", tried), String.join(" ", reasons));
    }
}
