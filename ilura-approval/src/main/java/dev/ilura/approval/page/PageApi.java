package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.ToolCall;
import dev.ilura.approval.internal.Deadline;
import dev.ilura.approval.internal.TicketText;
import dev.ilura.approval.passkey.Base64Url;
import dev.ilura.approval.passkey.Challenge;
import dev.ilura.approval.passkey.Enrolment;
import dev.ilura.approval.passkey.Passkey;
import dev.ilura.approval.passkey.PasskeyRefused;
import dev.ilura.approval.passkey.PasskeyStore;
import dev.ilura.approval.passkey.PasskeyVerifier;
import dev.ilura.approval.passkey.Proof;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page can ask for and do. Reading changes nothing; whatever changes something is a POST with a JSON body.
 * Thread-safe.
 */
final class PageApi {
    private static final Logger LOG = LoggerFactory.getLogger(PageApi.class);

    private final Desk desk;
    private final Sessions sessions;
    private final PasskeyStore passkeys;
    private final PasskeyVerifier verifier;
    private final Enrolment enrolment;
    private final TimeSource time;
    private volatile @Nullable AuditTrail log;

    PageApi(
            Desk desk,
            Sessions sessions,
            PasskeyStore passkeys,
            PasskeyVerifier verifier,
            Enrolment enrolment,
            TimeSource time) {
        this.desk = desk;
        this.sessions = sessions;
        this.passkeys = passkeys;
        this.verifier = verifier;
        this.enrolment = enrolment;
        this.time = time;
    }

    /** {@code GET} of a path below {@code /api/}. */
    PageResponse get(List<String> path, Sessions.Session session) {
        String first = path.get(0);
        if (first.equals("desk") && path.size() == 1) {
            return PageResponse.json(200, view(desk.overview(), Optional.empty()));
        }
        if (first.equals("passkeys") && path.size() == 1) {
            return PageResponse.json(
                    200, passkeys.all().stream().map(PageApi::listed).toList());
        }
        if (first.equals("cards") && path.size() == 2) {
            return card(path.get(1), session);
        }
        if (first.equals("cards") && path.size() == 4 && path.get(2).equals("values")) {
            return value(path.get(1), path.get(3));
        }
        return PageResponse.error(404, "There is nothing here.");
    }

    /** {@code POST} to a path below {@code /api/}. */
    PageResponse post(List<String> path, Sessions.Session session, JsonValue body) {
        try {
            if (path.get(0).equals("cards") && path.size() == 3) {
                return click(path.get(1), path.get(2), session, body);
            }
            if (path.get(0).equals("grants") && path.size() == 3 && path.get(2).equals("revoke")) {
                return PageResponse.of(desk.revoke(path.get(1)));
            }
            if (path.get(0).equals("passkeys") && path.size() == 2) {
                return manage(path.get(1), body);
            }
            return PageResponse.error(404, "There is nothing here.");
        } catch (PasskeyRefused e) {
            return PageResponse.error(422, "Passkey not accepted: " + e.getMessage() + ".");
        }
    }

    /**
     * What the page lists.
     *
     * @param told what this page was told last: lists that are still the same are left out, so that a new question never
     *     waits behind an old history
     */
    Map<String, Object> view(Overview overview, Optional<Overview> told) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("version", overview.version());
        view.put("cards", overview.cards().stream().map(PageApi::line).toList());
        view.put("answersThisHour", overview.answersThisHour());
        view.put("sparedThisHour", overview.sparedThisHour());
        view.put("warning", overview.warning().orElse(""));
        view.put("passkeys", passkeys.all().size());
        if (!told.map(Overview::settled).equals(Optional.of(overview.settled()))) {
            view.put(
                    "settled", overview.settled().stream().map(PageApi::settled).toList());
        }
        if (!told.map(Overview::grants).equals(Optional.of(overview.grants()))) {
            view.put("grants", overview.grants().stream().map(PageApi::standing).toList());
        }
        return view;
    }

    private static Map<String, Object> line(Overview.Line line) {
        return Map.of("id", line.id(), "calls", line.calls(), "agreed", line.agreed());
    }

    private static Map<String, Object> standing(GrantBook.Entry entry) {
        Grant grant = entry.grant();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", grant.id());
        view.put("target", Shown.of(grant.granted().call().target()));
        view.put(
                "fixed", grant.fixed().keySet().stream().sorted().map(Shown::of).toList());
        view.put("lane", grant.granted().lane().label());
        view.put("person", Shown.of(grant.person()));
        view.put("used", entry.used());
        view.put("of", grant.uses());
        view.put("secondsLeft", grant.until().secondsLeft());
        return view;
    }

    private static Map<String, Object> settled(Settled over) {
        return Map.of(
                "target", Shown.of(over.target()),
                "lane", over.lane().label(),
                "how", over.how(),
                "who", Shown.of(over.who()),
                "digest", TicketText.shortDigest(over.digest()),
                "at", over.at().toEpochMilli());
    }

    /** The cards that were not told yet, in full; those that are told are remembered. */
    List<Map<String, Object>> fresh(Overview overview, Set<String> told, Sessions.Session session) {
        List<String> open = overview.cards().stream().map(Overview.Line::id).toList();
        told.retainAll(open);
        return open.stream()
                .filter(told::add)
                .flatMap(id -> cardView(id, session).stream())
                .toList();
    }

    private PageResponse card(String id, Sessions.Session session) {
        return cardView(id, session)
                .map(view -> PageResponse.json(200, view))
                .orElseGet(() -> PageResponse.of(Ruling.GONE));
    }

    private Optional<Map<String, Object>> cardView(String id, Sessions.Session session) {
        Optional<ToolCall> call = desk.read(id, card -> card.ticket().call());
        List<Map<String, Object>> before = call.map(this::before).orElse(List.of());
        return desk.read(
                id,
                card -> CardView.of(
                        card,
                        passkeys.all(),
                        sessions.cardToken(session, id),
                        before,
                        Deadline.of(card.ticket(), time)));
    }

    /** A log that cannot be read now leaves the question without its history, not without its answer. */
    private List<Map<String, Object>> before(ToolCall call) {
        AuditTrail readable = log;
        try {
            return readable == null ? List.of() : Before.of(call, readable, time.now());
        } catch (RuntimeException e) {
            LOG.warn("The log did not give what came before call {}", call.id(), e);
            return List.of();
        }
    }

    void reads(AuditTrail trail) {
        log = trail;
    }

    private PageResponse value(String id, String index) {
        if (!index.matches("[0-9]{1,4}")) {
            return PageResponse.error(404, "There is nothing here.");
        }
        return desk.read(id, Card::sheet)
                .flatMap(sheet -> sheet.opened(Integer.parseInt(index)))
                .map(text -> PageResponse.json(200, text))
                .orElseGet(() -> PageResponse.of(Ruling.GONE));
    }

    private PageResponse click(String id, String what, Sessions.Session session, JsonValue body) throws PasskeyRefused {
        if (!sessions.isCardToken(session, id, text(body, "token"))) {
            return PageResponse.error(403, "This click is not for this question.");
        }
        return switch (what) {
            case "approve" -> PageResponse.of(approve(id, body));
            case "terms" -> terms(id, body);
            case "sign" -> PageResponse.of(sign(id, body));
            case "deny" -> PageResponse.of(desk.deny(id));
            default -> PageResponse.error(404, "There is nothing here.");
        };
    }

    private Ruling approve(String id, JsonValue body) throws PasskeyRefused {
        Optional<GrantWish> wish = GrantWish.in(body);
        if (wish.isEmpty()) {
            return desk.approve(id, texts(body, "digests"), optional(body, "reason"), Optional.empty());
        }
        Ruling possible = desk.grantObjection(id, wish.get());
        Optional<ApprovalTicket> ticket = desk.read(id, Card::ticket);
        Optional<JsonValue> assertion = body.member("assertion");
        if (ticket.isEmpty() || possible.status() != 200) {
            return ticket.isEmpty() ? Ruling.GONE : possible;
        }
        if (assertion.isEmpty()) {
            return Ruling.refused("A standing permission takes the signature of a passkey.");
        }
        byte[] terms = wish.get().terms(ticket.get());
        Proof proof = verifier.verify(assertion.get(), Challenge.ofGrant(ticket.get(), terms));
        return desk.approve(
                id, texts(body, "digests"), optional(body, "reason"), Optional.of(new Desk.More(wish.get(), proof)));
    }

    /** What a passkey has to sign for the standing permission that the person has put together. */
    private PageResponse terms(String id, JsonValue body) {
        Optional<GrantWish> wish = GrantWish.in(body);
        Optional<ApprovalTicket> ticket = desk.read(id, Card::ticket);
        if (wish.isEmpty() || ticket.isEmpty()) {
            return PageResponse.of(Ruling.GONE);
        }
        Ruling possible = desk.grantObjection(id, wish.get());
        if (possible.status() != 200) {
            return PageResponse.of(possible);
        }
        byte[] challenge = Challenge.ofGrant(ticket.get(), wish.get().terms(ticket.get()));
        return PageResponse.json(
                200,
                Map.of(
                        "challenge", Base64Url.encode(challenge),
                        "passkeys", passkeys.all().stream().map(PageApi::hint).toList()));
    }

    private static Map<String, Object> hint(Passkey passkey) {
        return Map.of("id", passkey.id(), "transports", passkey.transports());
    }

    /** The challenge comes from the ticket that is open now, never from what the browser says it was. */
    private Ruling sign(String id, JsonValue body) throws PasskeyRefused {
        Optional<ApprovalTicket> ticket = desk.read(id, Card::ticket);
        Optional<JsonValue> assertion = body.member("assertion");
        if (ticket.isEmpty() || assertion.isEmpty()) {
            return ticket.isEmpty() ? Ruling.GONE : Ruling.refused("The signature is missing.");
        }
        Proof proof = verifier.verify(assertion.get(), Challenge.of(ticket.get()));
        return desk.agree(id, ticket.get().digest(), proof, optional(body, "reason"));
    }

    private PageResponse manage(String what, JsonValue body) throws PasskeyRefused {
        return switch (what) {
            case "code" -> {
                enrolment.showCode();
                yield PageResponse.json(200, Map.of("message", "The code is on the operator's terminal."));
            }
            case "begin" -> next(enrolment.begin(text(body, "person"), text(body, "code")));
            case "remove" -> next(enrolment.beginRemoval(text(body, "id")));
            case "authorise" ->
                enrolment
                        .authorise(
                                text(body, "ceremony"), body.member("assertion").orElse(body))
                        .map(this::next)
                        .orElseGet(() -> PageResponse.json(200, Map.of("message", "Removed.")));
            case "finish" -> {
                Passkey passkey = enrolment.finish(
                        text(body, "ceremony"), body.member("attestation").orElse(body));
                yield PageResponse.json(200, listed(passkey));
            }
            default -> PageResponse.error(404, "There is nothing here.");
        };
    }

    private PageResponse next(Enrolment.Ceremony ceremony) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("ceremony", ceremony.id());
        view.put("step", ceremony.step() == Enrolment.Step.CREATE ? "create" : "authorise");
        view.put("challenge", ceremony.challenge());
        view.put("millis", Enrolment.life().toMillis());
        view.put("passkeys", passkeys.all().stream().map(PageApi::hint).toList());
        return PageResponse.json(200, view);
    }

    private static Map<String, Object> listed(Passkey passkey) {
        return Map.of(
                "id", passkey.id(),
                "person", Shown.of(passkey.person()),
                "model", passkey.model(),
                "synced", passkey.synced(),
                "enrolledAt", passkey.enrolledAt().toEpochMilli());
    }

    private static String text(JsonValue body, String name) {
        return optional(body, name).orElse("");
    }

    private static Optional<String> optional(JsonValue body, String name) {
        return body.member(name).filter(JsonValue::isString).map(JsonValue::text);
    }

    private static List<String> texts(JsonValue body, String name) {
        return body.member(name)
                .map(list -> list.elements().stream()
                        .filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .toList())
                .orElse(List.of());
    }
}
