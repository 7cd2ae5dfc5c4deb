package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.ToolCall;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.internal.TicketText;
import dev.ilura.approval.passkey.Base64Url;
import dev.ilura.approval.passkey.Challenge;
import dev.ilura.approval.passkey.Passkey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One card in full, as the page gets it. Everything that came from elsewhere goes through {@link Shown}. */
final class CardView {
    private CardView() {}

    /**
     * @param before what came before the call, one line each
     * @param token proves with a later click that the click is for this card and comes from this session
     */
    static Map<String, Object> of(
            Card card, List<Passkey> passkeys, String token, List<Map<String, Object>> before, Deadline deadline) {
        ApprovalTicket ticket = card.ticket();
        ToolCall call = ticket.call();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", card.id());
        view.put("token", token);
        view.put("lane", ticket.lane().label());
        view.put("secondsLeft", deadline.secondsLeft());
        view.put(
                "seconds",
                Duration.between(ticket.issuedAt(), ticket.expiresAt()).toSeconds());
        view.put("plainly", PlainWords.of(ticket));
        view.put("before", before);
        view.put("server", Shown.of(call.server()));
        view.put("tool", Shown.of(call.tool().name()));
        view.put(
                "nameLookAlikes",
                LookAlikes.in(call.target()).stream().map(LookAlikes::marked).toList());
        view.put("reason", Shown.of(ticket.reason()));
        view.put("rule", Shown.of(ticket.rule().id()));
        view.put("ruleOrigin", Shown.of(ticket.rule().origin()));
        view.put("principal", Shown.of(call.principal()));
        view.put("pod", Shown.of(call.pod()));
        view.put("session", Shown.of(call.session()));
        view.put("cause", call.cause().<Object>map(Shown::of).orElse(List.of()));
        view.put("gateway", Shown.of(ticket.gateway()));
        view.put("serverIdentity", Shown.of(call.serverIdentity()));
        view.put("toolDigest", call.tool().digest());
        view.put("policyVersion", Shown.of(ticket.policyVersion()));
        view.put("description", Shown.of(call.tool().description().orElse("")));
        view.put("changes", card.changes().stream().map(FileChange::view).toList());
        view.put("arguments", card.sheet().view());
        view.put("argumentBytes", call.arguments().json().length());
        view.put("argumentsSha256", call.arguments().sha256());
        view.put("approvers", ticket.approvers());
        view.put("agreed", card.agreements().keySet().stream().map(Shown::of).toList());
        view.put("calls", card.waiting().stream().map(CardView::call).toList());
        view.put("grantable", Grant.isPossibleFor(ticket));
        view.put(
                "members",
                call.arguments().json().members().keySet().stream()
                        .map(Shown::of)
                        .toList());
        if (Card.needsPasskey(ticket)) {
            view.put("challenge", Base64Url.encode(Challenge.of(ticket)));
            view.put("passkeys", passkeys.stream().map(CardView::hint).toList());
        }
        return view;
    }

    private static Map<String, Object> call(Pending pending) {
        return Map.of(
                "digest", pending.ticket().digest(),
                "short", TicketText.shortDigest(pending.ticket()),
                "call", Shown.of(pending.ticket().call().id()));
    }

    private static Map<String, Object> hint(Passkey passkey) {
        return Map.of("id", passkey.id(), "transports", passkey.transports());
    }
}
