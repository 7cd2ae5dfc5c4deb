package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ClientDialogue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** One question put to several handlers at once, each on a thread of its own. Closing it interrupts who still asks. */
final class Asking implements AutoCloseable {
    private final BlockingQueue<ApprovalAnswer> answers = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    private Asking() {}

    static Asking all(List<ApprovalHandler> handlers, ApprovalTicket ticket, ClientDialogue client) {
        Asking asking = new Asking();
        for (ApprovalHandler handler : handlers) {
            Thread thread = new Thread(() -> asking.answers.add(answer(handler, ticket, client)), "ilura-asking");
            thread.setDaemon(true);
            asking.threads.add(thread);
            thread.start();
        }
        return asking;
    }

    /** The next answer, in the order in which they come; there is one from each handler. */
    ApprovalAnswer next() throws InterruptedException {
        return answers.take();
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    /** One channel that breaks must not take the others down with it. */
    private static ApprovalAnswer answer(ApprovalHandler handler, ApprovalTicket ticket, ClientDialogue client) {
        try {
            ApprovalAnswer answer = handler.ask(ticket, client);
            return answer == null ? broken("gave no answer") : answer;
        } catch (InterruptedException ended) {
            return broken("was interrupted");
        } catch (RuntimeException | Error e) {
            return broken("failed with " + e.getClass().getSimpleName());
        }
    }

    private static ApprovalAnswer broken(String how) {
        return new ApprovalAnswer.Unanswered("none", "An approval handler " + how + ".");
    }
}
