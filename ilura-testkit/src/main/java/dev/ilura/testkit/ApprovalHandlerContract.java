package dev.ilura.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * What the gate relies on in every {@link ApprovalHandler}. Extend it and play the human: the three handlers may be one
 * whose human behaves differently.
 */
public abstract class ApprovalHandlerContract {
    private static final long PATIENCE_SECONDS = 10;

    /** For subclasses. */
    protected ApprovalHandlerContract() {}

    /** A handler whose human agrees to what is asked in lane medium. */
    protected abstract ApprovalHandler agreeing() throws Exception;

    /** A handler whose human says no. */
    protected abstract ApprovalHandler refusing() throws Exception;

    /** A handler whose human never answers. */
    protected abstract ApprovalHandler silent() throws Exception;

    @Test
    void aYesIsBoundToTheTicket() throws Exception {
        ApprovalTicket ticket = ticket("one");
        ApprovalAnswer.Approved yes =
                assertInstanceOf(ApprovalAnswer.Approved.class, answer(agreeing(), ticket), "the human agreed");
        assertEquals(ticket.digest(), yes.ticketDigest(), "to this ticket and no other");
        assertFalse(yes.channel().isBlank(), "over a channel with a name");
    }

    @Test
    void aNoIsNoYes() throws Exception {
        ApprovalAnswer answer = answer(refusing(), ticket("two"));
        assertNotNull(answer, "a no is an answer");
        assertFalse(answer instanceof ApprovalAnswer.Approved, "the human said no");
    }

    @Test
    void anInterruptEndsTheWaitWithoutAYes() throws Exception {
        ApprovalHandler handler = silent();
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> handler.ask(ticket("three")));
        Thread thread = new Thread(asking, "asking");
        thread.setDaemon(true);
        thread.start();
        thread.interrupt();
        try {
            ApprovalAnswer answer = asking.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertFalse(answer instanceof ApprovalAnswer.Approved, "nobody said yes");
        } catch (ExecutionException e) {
            assertInstanceOf(InterruptedException.class, e.getCause(), "the wait was ended from outside");
        }
    }

    @Test
    void theNextQuestionIsAskedAfresh() throws Exception {
        ApprovalHandler handler = agreeing();
        ApprovalTicket first = ticket("four");
        ApprovalTicket second = ticket("five");
        assertEquals(first.digest(), digest(answer(handler, first)));
        assertEquals(second.digest(), digest(answer(handler, second)), "an old yes must not answer a new question");
    }

    private static String digest(ApprovalAnswer answer) {
        return assertInstanceOf(ApprovalAnswer.Approved.class, answer).ticketDigest();
    }

    private static ApprovalAnswer answer(ApprovalHandler handler, ApprovalTicket ticket)
            throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> handler.ask(ticket));
        Thread thread = new Thread(asking, "asking");
        thread.setDaemon(true);
        thread.start();
        return asking.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A ticket in lane medium, different for every name. */
    protected static ApprovalTicket ticket(String name) {
        ToolCall call = ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", "write"))))
                .id("call-" + name)
                .arguments(Arguments.of(Map.of("path", "/srv/docs/" + name)))
                .build();
        Instant now = TimeSource.system().now().truncatedTo(ChronoUnit.MILLIS);
        return new ApprovalTicket(
                "ticket-" + name,
                "nonce-" + name,
                now,
                now.plusSeconds(60),
                "ilura",
                call,
                "policy-1",
                new RuleRef("rules[0]", "code"),
                RiskLane.MEDIUM,
                "Writes a file.",
                "tool       files/write\narguments  path " + name + "\n",
                1,
                "none");
    }
}
