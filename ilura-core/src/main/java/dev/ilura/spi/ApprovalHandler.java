package dev.ilura.spi;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;

/**
 * Asks a human. Thread-safe; several tickets may be open at once.
 *
 * <p>The gate bounds the wait: past {@link ApprovalTicket#expiresAt()} it interrupts the thread and the answer is no,
 * whatever the handler does then. An exception or null is a no as well.
 */
@FunctionalInterface
public interface ApprovalHandler {

    /**
     * Blocks until a human has answered, nobody could be asked, or the thread is interrupted.
     *
     * @throws InterruptedException when the wait was ended from outside
     */
    ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException;

    /**
     * As {@link #ask(ApprovalTicket)}, with a way to the person at the client that made the call. This is what the gate
     * asks; a handler with channels of its own needs only the other method.
     *
     * @param client what the calling client can be asked
     */
    default ApprovalAnswer ask(ApprovalTicket ticket, ClientDialogue client) throws InterruptedException {
        return ask(ticket);
    }

    /**
     * Gives the handler the log to read, so that it can show what came before a call. Called by the gateway that it is
     * given to, before the first question, if the log can be read; what a log says is never a reason for a yes.
     */
    default void reads(AuditTrail log) {}
}
