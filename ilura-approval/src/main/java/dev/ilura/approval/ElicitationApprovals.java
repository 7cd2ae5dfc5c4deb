package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.internal.TicketText;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ClientDialogue;
import dev.ilura.text.VisibleText;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Asks through the client that made the call, by MCP elicitation.
 *
 * <p>A client may answer for its person, or let its model answer. So a form is shown in lane medium only, and counts for
 * no more. From lane high on, and for what is too long for a form, the client is asked to open the {@linkplain
 * PageApprovals page}; the address holds no credential, and the yes is given there, by a paired browser or a passkey.
 * This needs the page beside it: {@code Approvals.firstOf(List.of(page, ElicitationApprovals.atClient()))}, or both in
 * {@code approvals.channels}.
 *
 * <p>A client that can do neither is not asked; if no other channel reaches a person, the call is denied.
 *
 * <p>Immutable.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation">MCP elicitation</a>
 */
public final class ElicitationApprovals implements ApprovalHandler {
    /** The channel in answers and in the configuration. */
    public static final String CHANNEL = "elicitation";

    /** What a dialog of a client can be expected to show. */
    private static final int MAX_FORM_CHARS = 8_000;

    private static final String WAY_OUT = " Use a client that supports elicitation, or add \"page\" to the approval"
            + " channels and open the page in a browser.";

    private static final JsonValue FORM = JsonValue.of(Map.of(
            "type",
            "object",
            "properties",
            Map.of(
                    "decision",
                    Map.of(
                            "type", "string",
                            "title", "May this call happen?",
                            "enum", List.of("deny", "approve"),
                            "default", "deny")),
            "required",
            List.of("decision")));

    private final Optional<URI> page;

    private ElicitationApprovals(Optional<URI> page) {
        this.page = page;
    }

    /** Asks the client of each call. */
    public static ElicitationApprovals atClient() {
        return new ElicitationApprovals(Optional.empty());
    }

    /** The same, with a page to point to that is asked at the same time. */
    ElicitationApprovals pointingTo(URI address) {
        return new ElicitationApprovals(Optional.of(address));
    }

    /** A call that comes from Java has no client behind it. */
    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        return ask(ticket, ClientDialogue.none());
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket, ClientDialogue client) throws InterruptedException {
        boolean formWillDo = ticket.lane().compareTo(RiskLane.MEDIUM) <= 0 && ticket.approvers() == 1;
        String message = message(ticket);
        boolean fits = message.length() <= MAX_FORM_CHARS;
        if (formWillDo && fits && client.showsForms()) {
            return formAnswer(ticket, reply(client.form(message, FORM)));
        }
        if (page.isPresent() && client.opensUrls()) {
            String id = "ilura-" + ticket.id();
            return pageAnswer(reply(client.url(id, pointer(ticket), addressOf(ticket))));
        }
        return unanswered(nobody(ticket, formWillDo, fits, client));
    }

    private static String nobody(ApprovalTicket ticket, boolean formWillDo, boolean fits, ClientDialogue client) {
        if (!formWillDo) {
            return "ILR-APPROVAL-009: A client may answer its own form, so lane "
                    + ticket.lane().label() + (ticket.approvers() > 1 ? " with several approvers" : "")
                    + " takes the approval page, which this client was not able to open." + WAY_OUT;
        }
        if (client.showsForms() && !fits) {
            return "ILR-APPROVAL-003: The call is too long for a form at the client; the limit is " + MAX_FORM_CHARS
                    + " characters." + WAY_OUT;
        }
        return "ILR-APPROVAL-007: The client that made this call cannot show a form." + WAY_OUT;
    }

    private static ApprovalAnswer formAnswer(ApprovalTicket ticket, ClientDialogue.Reply reply) {
        String person = ticket.call().principal() + " at the client";
        if (reply instanceof ClientDialogue.Declined) {
            return new ApprovalAnswer.Refused(person, CHANNEL, "The client said no.");
        }
        if (!(reply instanceof ClientDialogue.Accepted accepted)) {
            return unanswered(silence(reply));
        }
        return agrees(accepted.content())
                ? new ApprovalAnswer.Approved(ticket.digest(), person, CHANNEL, Optional.empty(), Optional.empty())
                : new ApprovalAnswer.Refused(person, CHANNEL, "The form at the client does not say approve.");
    }

    /** Exactly what was asked for, and nothing beside it: a form that was not understood is no yes. */
    private static boolean agrees(JsonValue content) {
        return content.isObject()
                && content.members().size() == 1
                && content.member("decision")
                        .filter(JsonValue::isString)
                        .filter(decision -> decision.text().equals("approve"))
                        .isPresent();
    }

    /** That the address was opened is no answer; the page gives it. */
    private static ApprovalAnswer pageAnswer(ClientDialogue.Reply reply) {
        if (reply instanceof ClientDialogue.Declined) {
            return new ApprovalAnswer.Refused("the client", CHANNEL, "The client would not open the approval page.");
        }
        return unanswered(
                reply instanceof ClientDialogue.Accepted
                        ? "The client was shown the way to the approval page, and nobody answered there."
                        : silence(reply));
    }

    private static String silence(ClientDialogue.Reply reply) {
        String why = reply instanceof ClientDialogue.Unanswered unanswered ? unanswered.why() : "no answer";
        return "Nobody answered at the client: " + VisibleText.oneLine(why);
    }

    private static ClientDialogue.Reply reply(CompletionStage<ClientDialogue.Reply> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            return new ClientDialogue.Unanswered("the dialogue failed");
        }
    }

    /** Which question is meant stands behind the {@code #}, is no secret, and opens nothing. */
    private URI addressOf(ApprovalTicket ticket) {
        return page.orElseThrow().resolve("/#" + TicketText.shortDigest(ticket).replace(" ", ""));
    }

    private static String pointer(ApprovalTicket ticket) {
        return "Ilura asks whether " + VisibleText.oneLine(ticket.call().target()) + " may be called (lane "
                + ticket.lane().label() + ", digest " + TicketText.shortDigest(ticket)
                + "). Look at the call and decide on the approval page.";
    }

    private static String message(ApprovalTicket ticket) {
        return "Ilura asks: may this call happen?\n"
                + "why        " + VisibleText.oneLine(ticket.reason()) + '\n'
                + "rule       " + VisibleText.oneLine(ticket.rule().toString()) + '\n'
                + "digest     " + TicketText.shortDigest(ticket) + '\n'
                + VisibleText.block(ticket.display());
    }

    private static ApprovalAnswer unanswered(String why) {
        return new ApprovalAnswer.Unanswered(CHANNEL, why);
    }
}
