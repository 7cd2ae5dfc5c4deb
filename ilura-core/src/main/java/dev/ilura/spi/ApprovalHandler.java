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
}
