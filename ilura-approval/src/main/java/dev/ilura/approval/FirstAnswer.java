package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.ClientDialogue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Several channels asked at once. The first that has a person's answer ends the others. */
final class FirstAnswer implements ApprovalHandler, AutoCloseable {
    private final List<ApprovalHandler> handlers;

    FirstAnswer(List<? extends ApprovalHandler> handlers) {
        this.handlers = linked(handlers);
    }

    /** A client that is asked beside the page can be shown the way to it. */
    private static List<ApprovalHandler> linked(List<? extends ApprovalHandler> handlers) {
        Optional<URI> page = handlers.stream()
                .filter(PageApprovals.class::isInstance)
                .map(handler -> ((PageApprovals) handler).address())
                .findFirst();
        List<ApprovalHandler> linked = new ArrayList<>();
        for (ApprovalHandler handler : handlers) {
            linked.add(
                    handler instanceof ElicitationApprovals client && page.isPresent()
                            ? client.pointingTo(page.get())
                            : handler);
        }
        return List.copyOf(linked);
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        return ask(ticket, ClientDialogue.none());
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket, ClientDialogue client) throws InterruptedException {
        List<ApprovalAnswer.Unanswered> silent = new ArrayList<>();
        try (Asking asking = Asking.all(handlers, ticket, client)) {
            while (silent.size() < handlers.size()) {
                ApprovalAnswer answer = asking.next();
                if (!(answer instanceof ApprovalAnswer.Unanswered unanswered)) {
                    return answer;
                }
                silent.add(unanswered);
            }
        }
        return new ApprovalAnswer.Unanswered(
                silent.stream().map(ApprovalAnswer::channel).collect(Collectors.joining(", ")),
                silent.stream().map(ApprovalAnswer.Unanswered::why).collect(Collectors.joining(" ")));
    }

    @Override
    public void reads(AuditTrail log) {
        handlers.forEach(handler -> handler.reads(log));
    }

    @Override
    public void close() {
        closeAll(handlers);
    }

    /** Closes the channels that can be closed, all of them, whichever fails. */
    static void closeAll(List<ApprovalHandler> handlers) {
        IllegalStateException failed = new IllegalStateException("an approval channel could not be closed");
        for (ApprovalHandler handler : handlers) {
            try {
                if (handler instanceof AutoCloseable closeable) {
                    closeable.close();
                }
            } catch (Exception e) {
                failed.addSuppressed(e);
            }
        }
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }
}
