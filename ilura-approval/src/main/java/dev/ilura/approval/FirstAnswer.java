package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.spi.ApprovalHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/** Several channels asked at once. The first that has a person's answer ends the others. */
final class FirstAnswer implements ApprovalHandler, AutoCloseable {
    private final List<ApprovalHandler> handlers;

    FirstAnswer(List<? extends ApprovalHandler> handlers) {
        this.handlers = List.copyOf(handlers);
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        BlockingQueue<ApprovalAnswer> answers = new LinkedBlockingQueue<>();
        List<Thread> asking = new ArrayList<>();
        try {
            for (ApprovalHandler handler : handlers) {
                asking.add(start(() -> answers.add(ask(handler, ticket))));
            }
            return firstFromAPerson(answers);
        } finally {
            asking.forEach(Thread::interrupt);
        }
    }

    /** Closes the channels that can be closed, all of them, whichever fails. */
    @Override
    public void close() {
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

    private ApprovalAnswer firstFromAPerson(BlockingQueue<ApprovalAnswer> answers) throws InterruptedException {
        List<ApprovalAnswer.Unanswered> silent = new ArrayList<>();
        while (silent.size() < handlers.size()) {
            ApprovalAnswer answer = answers.take();
            if (!(answer instanceof ApprovalAnswer.Unanswered unanswered)) {
                return answer;
            }
            silent.add(unanswered);
        }
        return new ApprovalAnswer.Unanswered(
                silent.stream().map(ApprovalAnswer::channel).collect(Collectors.joining(", ")),
                silent.stream().map(ApprovalAnswer.Unanswered::why).collect(Collectors.joining(" ")));
    }

    /** One channel that breaks must not take the others down with it. */
    private static ApprovalAnswer ask(ApprovalHandler handler, ApprovalTicket ticket) {
        try {
            ApprovalAnswer answer = handler.ask(ticket);
            return answer == null ? broken("gave no answer") : answer;
        } catch (InterruptedException ended) {
            return broken("was interrupted");
        } catch (RuntimeException e) {
            return broken("failed with " + e.getClass().getSimpleName());
        }
    }

    private static ApprovalAnswer broken(String how) {
        return new ApprovalAnswer.Unanswered("none", "An approval handler " + how + ".");
    }

    private static Thread start(Runnable asking) {
        Thread thread = new Thread(asking, "ilura-asking");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
