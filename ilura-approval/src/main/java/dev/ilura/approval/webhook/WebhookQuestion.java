package dev.ilura.approval.webhook;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.internal.TicketText;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** One ticket on its way through the receiver: asked, looked at again and again, answered or withdrawn. */
public final class WebhookQuestion {
    /** What a chat message can hold. */
    private static final int MAX_DISPLAY_CHARS = 20_000;

    private static final int MAX_NAME = 200;

    private final ApprovalTicket ticket;
    private final String channel;

    private WebhookQuestion(ApprovalTicket ticket, String channel) {
        this.ticket = ticket;
        this.channel = channel;
    }

    /**
     * Puts questions to one receiver.
     *
     * @param betweenLooks how long to wait before asking again
     */
    public record Asker(SignedExchange exchange, Duration betweenLooks, TimeSource time) {
        /**
         * Asks until there is an answer or the ticket's time is over.
         *
         * @throws IOException if the receiver does not answer as it must; the message is one clause for people
         */
        public ApprovalAnswer ask(ApprovalTicket ticket, String channel) throws IOException, InterruptedException {
            if (ticket.display().length() > MAX_DISPLAY_CHARS) {
                throw new IOException("the call has more than " + MAX_DISPLAY_CHARS + " characters to read");
            }
            WebhookQuestion question = new WebhookQuestion(ticket, channel);
            Deadline deadline = Deadline.of(ticket, time);
            boolean answered = false;
            try {
                Optional<JsonValue> reply = exchange.send(question.message("ask"));
                while (reply.isEmpty() && !deadline.passed()) {
                    pause();
                    reply = exchange.send(question.message("look"));
                }
                answered = reply.isPresent();
                return answered && !deadline.passed() ? question.answer(reply.get()) : question.tooLate();
            } finally {
                if (!answered) {
                    exchange.tell(question.message("withdrawn"));
                }
            }
        }

        private void pause() throws InterruptedException {
            CountDownLatch over = new CountDownLatch(1);
            TimeSource.Timer timer = time.after(betweenLooks, over::countDown);
            try {
                over.await();
            } finally {
                timer.cancel();
            }
        }
    }

    private byte[] message(String type) {
        Map<String, Object> message = new TreeMap<>();
        message.put("v", 1);
        message.put("type", type);
        message.put("approvalId", ticket.id());
        message.put("digest", ticket.digest());
        if (type.equals("ask")) {
            message.put("shortDigest", TicketText.shortDigest(ticket));
            message.put("lane", ticket.lane().label());
            message.put("server", VisibleText.oneLine(ticket.call().server()));
            message.put("tool", VisibleText.oneLine(ticket.call().tool().name()));
            message.put("principal", VisibleText.oneLine(ticket.call().principal()));
            message.put("pod", VisibleText.oneLine(ticket.call().pod()));
            message.put("reason", VisibleText.oneLine(ticket.reason()));
            message.put("rule", VisibleText.oneLine(ticket.rule().toString()));
            message.put("display", VisibleText.block(ticket.display()));
            message.put("expiresAt", ticket.expiresAt().toString());
        }
        return CanonicalJson.of(message);
    }

    /** Only an answer to exactly this ticket counts; whatever is not {@code approve} is a no. */
    private ApprovalAnswer answer(JsonValue reply) throws IOException {
        if (!text(reply, "approvalId").equals(ticket.id())
                || !text(reply, "digest").equals(ticket.digest())) {
            throw new IOException("the reply is about another question");
        }
        String approver = VisibleText.oneLine(text(reply, "approver").strip());
        if (approver.isEmpty() || approver.length() > MAX_NAME) {
            throw new IOException("the reply does not say who answered");
        }
        return switch (text(reply, "decision")) {
            case "approve" ->
                new ApprovalAnswer.Approved(ticket.digest(), approver, channel, Optional.empty(), Optional.empty());
            case "deny" -> new ApprovalAnswer.Refused(approver, channel, "Denied in the chat.");
            default -> throw new IOException("the reply's decision is neither approve nor deny");
        };
    }

    private ApprovalAnswer tooLate() {
        return new ApprovalAnswer.Unanswered(channel, "Nobody answered through the webhook in time.");
    }

    private static String text(JsonValue reply, String name) {
        return reply.member(name)
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
    }
}
