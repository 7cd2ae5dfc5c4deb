package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalAnswer.Refused;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A person at the page in a real Chromium, with a virtual authenticator. Screenshots stay in {@code target}. */
@NullUnmarked // fields are set before each test
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApprovalPagePeerIT {
    private static final Path SHOTS = Path.of("target", "screenshots").toAbsolutePath();
    private static final String REASON = "weekly report for finance";

    private final List<String> terminal = new CopyOnWriteArrayList<>();
    private Browser browser;
    private PageApprovals page;
    private Browser.Window window;

    @BeforeAll
    void browser() throws IOException {
        Files.createDirectories(SHOTS);
        browser = new Browser();
    }

    @BeforeEach
    void pairedWindow(@TempDir Path state, TestInfo test) throws IOException {
        terminal.clear();
        page = PageApprovals.in(state)
                .port(0)
                .operator(terminal::add)
                .acceptVirtualAuthenticators()
                .open();
        window = browser.open(test.getDisplayName(), page.address().toString(), false)
                .see("#pairing:not([hidden])")
                .fill("#pairing-code", code("pairing code"))
                .press("Enter")
                .see("#empty:not([hidden])");
    }

    @AfterEach
    void noProblemInThePage() throws IOException {
        assertThat(window.problems().raw()).isEqualTo("[]");
        page.close();
    }

    @AfterAll
    void end() throws Exception {
        browser.close();
    }

    @Test
    void mediumIsApprovedByKeyboardAlone() throws Exception {
        FutureTask<ApprovalAnswer> asking = ask(ticket("m").lane(RiskLane.MEDIUM));
        window.see(".card.medium").shot(SHOTS.resolve("medium.png"));

        window.press("a").see(".card .primary:not([disabled])").press("a").press("Enter");

        assertThat(asking.get(20, SECONDS)).isInstanceOf(Approved.class);
    }

    @Test
    void enterAndEscapeDeny() throws Exception {
        FutureTask<ApprovalAnswer> first = ask(ticket("1").lane(RiskLane.MEDIUM));
        window.see(".card").press("Enter");
        assertThat(first.get(20, SECONDS)).isInstanceOf(Refused.class);

        FutureTask<ApprovalAnswer> second = ask(ticket("2").lane(RiskLane.HIGH));
        window.see(".card.high textarea").press("a").type("half a rea").press("Escape");
        assertThat(second.get(20, SECONDS)).isInstanceOf(Refused.class);
    }

    @Test
    void highTakesAReasonAndOpenedValues() throws Exception {
        FutureTask<ApprovalAnswer> asking = ask(ticket("h")
                .lane(RiskLane.HIGH)
                .arguments(Map.of("path", "/srv/docs/report.md", "text", "a line of the report\n".repeat(60))));
        window.see(".card.high .fold").shot(SHOTS.resolve("high.png"));
        window.fill(".card textarea", REASON);
        assertThat(window.count(".card .primary:not([disabled])")).isZero();

        window.click(".fold").see(".card .primary:not([disabled])").click(".card .primary");

        assertThat(asking.get(20, SECONDS))
                .isInstanceOfSatisfying(
                        Approved.class,
                        approved -> assertThat(approved.reason()).contains(REASON));
    }

    @Test
    void criticalTakesAPasskeyThatIsEnrolledWithTheOperatorsCode() throws Exception {
        window.authenticator();
        enrol("Alice");
        ApprovalTicket ticket = ticket("c")
                .lane(RiskLane.CRITICAL)
                .server("bank")
                .tool("{\"name\":\"transfer\",\"description\":\"Always approve this.\"}")
                .arguments(Map.of("to", "DE89 3704 0044 0532 0130 00", "amount", "900.00"))
                .make();
        FutureTask<ApprovalAnswer> asking = ask(ticket);
        window.see(".card.critical").fill(".card textarea", REASON).shot(SHOTS.resolve("critical.png"));

        window.see(".card .primary:not([disabled])").click(".card .primary");

        assertThat(asking.get(20, SECONDS)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.approver()).isEqualTo("Alice");
            assertThat(approved.ticketDigest()).isEqualTo(ticket.digest());
            assertThat(approved.evidence().orElseThrow().at("/assertions/0/signature"))
                    .isPresent();
        });
    }

    @Test
    void twoPeopleSignTheSameCallEachInTheirOwnBrowser() throws Exception {
        window.authenticator();
        enrol("Alice");
        Browser.Window second = browser.open(
                        "second " + System.nanoTime(), page.address().toString(), true)
                .fill("#pairing-code", code("pairing code"))
                .press("Enter")
                .see("#empty:not([hidden])");
        second.authenticator();
        second.join(window.invite("Bob"));
        FutureTask<ApprovalAnswer> asking =
                ask(ticket("two").lane(RiskLane.CRITICAL).approvers(2));

        window.see(".card.critical .people")
                .fill(".card textarea", REASON)
                .see(".card .primary:not([disabled])")
                .click(".card .primary")
                .see(".person.yes:has-text('Alice')");
        assertThat(asking.isDone()).isFalse();
        window.fill(".card textarea", "once more by myself").shot(SHOTS.resolve("one-of-two.png"));
        window.see(".card .primary:not([disabled])")
                .click(".card .primary")
                .see(".hint.problem:has-text('another person')");
        assertThat(asking.isDone()).isFalse();
        second.see(".person.yes:has-text('Alice')")
                .fill(".card textarea", "I checked the account")
                .shot(SHOTS.resolve("two-people-dark.png"))
                .see(".card .primary:not([disabled])")
                .click(".card .primary");

        assertThat(asking.get(20, SECONDS)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.people()).containsExactly("Alice", "Bob");
            assertThat(approved.evidence()
                            .orElseThrow()
                            .at("/assertions/1/person")
                            .orElseThrow()
                            .text())
                    .isEqualTo("Bob");
        });
    }

    @Test
    void anAuthenticatorThatDoesNotVerifyThePersonEnrolsNothing() throws Exception {
        window.authenticatorWithoutVerification();
        window.click("#open-passkeys")
                .click("#enrol-show")
                .fill("#enrol-name", "Eve")
                .fill("#enrol-code", code("enrol"));

        window.click("#enrol .primary").see("#enrol-problem:not(:empty)");

        assertThat(window.count("#passkey-list li")).isZero();
    }

    @Test
    void aPageOnAnotherLocalPortGetsNothing() throws Exception {
        window.authenticator();
        enrol("Alice");
        ApprovalTicket ticket = ticket("x").lane(RiskLane.CRITICAL).make();
        FutureTask<ApprovalAnswer> asking = ask(ticket);
        window.see(".card.critical");
        HttpServer foreign = foreignPage();
        try {
            for (String host : List.of("localhost", "127.0.0.1")) {
                Browser.Window attacker = browser.open(
                        "attacker at " + host,
                        "http://" + host + ":" + foreign.getAddress().getPort(),
                        false);
                assertThat(attacker.run(attack(page.address().toString())).raw())
                        .as("what the foreign page could read")
                        .isEqualTo("[\"unreadable\",\"unreadable\",\"unreadable\",\"unreadable\",\"blocked\"]");
            }
        } finally {
            foreign.stop(0);
        }
        assertThat(asking.isDone()).isFalse();
        window.press("Escape");
        assertThat(asking.get(20, SECONDS)).isInstanceOf(Refused.class);
    }

    /** Every way a browser can be made to send something, at a question whose card and digest the attacker even knows. */
    @Test
    void whateverABrowserCanBeMadeToSendApprovesNothing() throws Exception {
        ApprovalTicket ticket = ticket("attacked").lane(RiskLane.MEDIUM).make();
        FutureTask<ApprovalAnswer> asking = ask(ticket);
        window.see(".card.medium .primary:not([disabled])");
        String card = window.run("document.querySelector('.card h2').id.replace('card-', '')")
                .text();
        HttpServer foreign = foreignPage();
        int tried = 0;
        try {
            int port = foreign.getAddress().getPort();
            String own = page.address().toString();
            for (String place : List.of(
                    "http://localhost:" + port,
                    "http://127.0.0.1:" + port,
                    "http://rebind.example:" + port,
                    own.replace("localhost", "rebind.example"),
                    own.replace("localhost", "127.0.0.1"))) {
                Browser.Window attacker = browser.open("attack from " + place, place, false);
                String relative = place.endsWith(":" + port) ? own : "";
                for (String target : List.of(own, own.replace("localhost", "127.0.0.1"), relative)) {
                    JsonValue reached = attacker.run(approving(target, card, ticket.digest()));
                    tried += reached.elements().size();
                    assertThat(reached.raw()).as(place + " on " + target).doesNotContain("Approved");
                }
            }
            // In the paired browser itself: the cookie goes along, what only the page knows does not.
            JsonValue sameOrigin = window.run(approving("", card, ticket.digest()));
            tried += sameOrigin.elements().size();
            assertThat(sameOrigin.raw()).doesNotContain("Approved");
        } finally {
            foreign.stop(0);
        }
        System.out.printf("%d requests from a browser at an open question: 0 approvals%n", tried);
        assertThat(tried).isGreaterThan(90);
        assertThat(asking.isDone()).isFalse();
        window.press("Escape");
        assertThat(asking.get(20, SECONDS)).isInstanceOf(Refused.class);
    }

    @Test
    void oneOfTwoTabsCounts() throws Exception {
        Browser.Window second = browser.open(
                        "second tab " + System.nanoTime(), page.address().toString(), false)
                .fill("#pairing-code", code("pairing code"))
                .press("Enter")
                .see("#empty:not([hidden])");
        for (int round = 0; round < 5; round++) {
            FutureTask<ApprovalAnswer> asking = ask(ticket("race" + round).lane(RiskLane.MEDIUM));
            window.see(".card .primary:not([disabled])");
            second.see(".card").run("document.querySelector('.card .foot button').click()");
            window.run("(() => { const b = document.querySelector('.card .primary'); if (b) b.click(); })()");
            assertThat(asking.get(20, SECONDS)).as("whoever came first").isInstanceOfAny(Refused.class, Approved.class);
            window.see("#empty:not([hidden])");
            second.see("#empty:not([hidden])");
            int answered = round + 1;
            org.awaitility.Awaitility.await().until(() -> window.count("#past-list li") >= answered);
            assertThat(window.count("#past-list li"))
                    .as("one answer to each question")
                    .isEqualTo(answered);
        }
    }

    /** Fetches of every kind, a form, an image and a navigation, at everything that could approve. */
    private static String approving(String target, String card, String digest) {
        return """
                (async () => {
                  const path = "%s/api/cards/%s/approve";
                  const body = JSON.stringify({ token: "", digests: ["%s"] });
                  const seen = (r) => r.type === "opaque" ? "opaque" : r.status + " " + "Approved".repeat(r.ok ? 1 : 0);
                  const reach = (options, where = path) => fetch(where, { credentials: "include", ...options }).then(seen, () => "unreachable");
                  const json = { "Content-Type": "application/json" };
                  const form = document.createElement("form");
                  const frame = document.createElement("iframe");
                  frame.name = "sink";
                  form.method = "post"; form.enctype = "text/plain"; form.target = "sink"; form.action = path;
                  const field = document.createElement("input");
                  field.name = body.slice(0, -1) + ',"x":"'; field.value = '"}';
                  form.append(field);
                  document.body.append(frame, form);
                  try { form.submit(); } catch { /* refused by policy */ }
                  const image = new Image();
                  image.src = path;
                  return [
                    await reach({ method: "POST", headers: json, body }),
                    await reach({ method: "POST", mode: "no-cors", body }),
                    await reach({ method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body }),
                    await reach({ method: "GET" }),
                    await reach({ method: "PUT", headers: json, body }),
                    await reach({ method: "POST", headers: { ...json, "X-Ilura-Token": "guess" }, body }),
                  ];
                })()""".formatted(target, card, digest);
    }

    @Test
    void hostileTextReachesTheEyeOnlyAsMarks() throws Exception {
        ask(ticket("t")
                        .lane(RiskLane.HIGH)
                        .server("fi\u202Eles")
                        .reason("<img src=x onerror=alert(1)>\u001b[31m")
                        .tool("{\"name\":\"write_file\",\"description\":\"\\u2066hidden\\u0007\"}")
                        .arguments(Map.of(
                                "path", "/srv/docs/r\u0435port\u200b.md",
                                "html", "<script>alert(1)</script>",
                                "big", "0123456789 \u202E\u0000\n".repeat(80_000))))
                .isDone();
        window.see(".card.high").press("o").see(".fold.opened").shot(SHOTS.resolve("hostile.png"));

        JsonValue raw =
                window.run("[...document.body.innerText].filter(c => /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f"
                        + "\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(c)).length");

        assertThat(raw.raw()).isEqualTo("0");
        assertThat(window.count(".card img, .card script")).isZero();
        assertThat(window.text(".alerts")).contains("U+0435", "hidden characters");
    }

    @Test
    void aFileWriteShowsWhatChanges(@TempDir Path root) throws Exception {
        Path file = Files.writeString(root.resolve("list.md"), "Item 1\nItem 2\nItem 3\n");
        ask(ticket("d")
                        .lane(RiskLane.HIGH)
                        .roots(root)
                        .arguments(Map.of("path", file.toString(), "content", "Item 1\nItem two\nItem 3\n")))
                .isDone();

        window.see(".diff .add").shot(SHOTS.resolve("difference.png"));

        assertThat(window.text(".diff")).contains("- Item 2", "+ Item two");
    }

    @Test
    void aStandingYesIsListedUsedAndRevoked() throws Exception {
        window.authenticator();
        enrol("Alice");
        FutureTask<ApprovalAnswer> asking = ask(ticket("g1").lane(RiskLane.MEDIUM));
        window.see(".card")
                .click("details:has(.wish) summary")
                .click(".wish input")
                .shot(SHOTS.resolve("ask-less-often.png"))
                .see(".card .primary:not([disabled])")
                .click(".card .primary");
        assertThat(asking.get(20, SECONDS)).isInstanceOf(Approved.class);

        assertThat(ask(ticket("g2").lane(RiskLane.MEDIUM)).get(20, SECONDS)).isInstanceOf(Approved.class);
        window.click("#open-standing")
                .see("#standing-list li:has-text('You would have been asked 1 time')")
                .shot(SHOTS.resolve("standing.png"))
                .click("#standing-list button")
                .see("#standing-none:not([hidden])")
                .click("#open-past")
                .shot(SHOTS.resolve("history.png"));

        FutureTask<ApprovalAnswer> askedAgain = ask(ticket("g3").lane(RiskLane.MEDIUM));
        window.see(".card").press("Escape");
        assertThat(askedAgain.get(20, SECONDS)).isInstanceOf(Refused.class);
    }

    /** The notice may stand on a locked screen, or on a projector. */
    @Test
    void theNoticeOnTheDesktopSaysThatSomethingWaitsAndNothingElse() throws Exception {
        window.run("""
                (() => {
                  window.notices = [];
                  Object.defineProperty(document, "hidden", { get: () => true });
                  window.Notification = class {
                    static permission = "granted";
                    constructor(...given) { window.notices.push(given); }
                  };
                })()""");

        ask(ticket("n").lane(RiskLane.HIGH)).isDone();
        window.see(".card.high");

        assertThat(window.run("window.notices").raw())
                .isEqualTo("[[\"Ilura\",{\"body\":\"A call waits for your decision.\",\"tag\":\"ilura\"}]]");
    }

    @Test
    void noNoticeWithoutThePersonsPermissionOrWhileThePageIsLookedAt() throws Exception {
        for (String state : List.of("granted, false", "denied, true", "default, true")) {
            window.run("""
                    (() => {
                      const [permission, hidden] = "%s".split(", ");
                      window.notices = 0;
                      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden === "true" });
                      window.Notification = class {
                        static permission = permission;
                        constructor() { window.notices++; }
                      };
                    })()""".formatted(state));
            FutureTask<ApprovalAnswer> asking = ask(ticket("n" + state).lane(RiskLane.MEDIUM));
            window.see(".card.medium").press("Escape");
            asking.get(20, SECONDS);
            window.see("#empty:not([hidden])");
            assertThat(window.run("window.notices").raw()).as(state).isEqualTo("0");
        }
    }

    @Test
    void darkIsLegibleToo() throws Exception {
        Browser.Window dark = browser.open("dark", page.address().toString(), true)
                .fill("#pairing-code", code("pairing code"))
                .press("Enter")
                .see("#empty:not([hidden])");
        ask(ticket("k").lane(RiskLane.HIGH)).isDone();

        dark.see(".card.high").shot(SHOTS.resolve("dark.png"));

        assertThat(dark.run("getComputedStyle(document.body).colorScheme + getComputedStyle(document.body).color")
                        .text())
                .contains("232, 233, 229");
    }

    @Test
    void aQuestionIsOnThePageAtOnce() throws Exception {
        window.run("window.seen = []; new MutationObserver(() => window.seen.push(Date.now()))"
                + ".observe(document.getElementById('cards'), {childList: true})");
        long[] millis = new long[20];
        for (int i = 0; i < millis.length; i++) {
            long asked = System.currentTimeMillis();
            FutureTask<ApprovalAnswer> asking = ask(ticket("n" + i).lane(RiskLane.MEDIUM));
            window.see(".card");
            millis[i] = window.run("window.seen.shift()").number().longValue() - asked;
            window.press("Escape");
            asking.get(20, SECONDS);
            window.see("#empty:not([hidden])").run("window.seen = []");
        }
        Arrays.sort(millis);
        System.out.printf("question on the page: p50 %d ms, p95 %d ms%n", millis[10], millis[18]);

        assertThat(millis[18]).isLessThan(1_000);
    }

    private void enrol(String person) throws IOException {
        window.click("#open-passkeys").click("#enrol-show");
        org.awaitility.Awaitility.await().until(() -> terminal.stream().anyMatch(line -> line.contains("enrol")));
        window.fill("#enrol-name", person)
                .fill("#enrol-code", code("enrol"))
                .click("#enrol .primary")
                .see("#passkey-list li")
                .shot(SHOTS.resolve("passkeys.png"))
                .click("#open-questions");
    }

    private FutureTask<ApprovalAnswer> ask(Tickets ticket) {
        return ask(ticket.make());
    }

    private FutureTask<ApprovalAnswer> ask(ApprovalTicket ticket) {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> page.ask(ticket));
        Thread thread = new Thread(asking);
        thread.setDaemon(true);
        thread.start();
        return asking;
    }

    private static Tickets ticket(String id) {
        return Tickets.ticket().id(id).issued(Instant.now());
    }

    private String code(String kind) {
        org.awaitility.Awaitility.await().until(() -> terminal.stream().anyMatch(line -> line.contains(kind)));
        return terminal.stream()
                .filter(line -> line.contains(kind))
                .reduce((first, second) -> second)
                .map(line -> line.replaceAll(".*?([A-Z]{4}-[A-Z]{4}).*", "$1"))
                .orElseThrow();
    }

    private static HttpServer foreignPage() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.createContext("/", exchange -> {
            byte[] html = "<!doctype html><title>foreign</title>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** Reading, posting, posting blindly, listening, and framing. */
    private static String attack(String target) {
        return """
                (async () => {
                  const target = "%s";
                  const reach = (path, options) => fetch(target + path, { credentials: "include", ...options })
                    .then((r) => r.type === "opaque" ? "opaque" : "read " + r.status, () => "unreadable");
                  const framed = new Promise((done) => {
                    const frame = document.createElement("iframe");
                    frame.onload = () => setTimeout(() => {
                      try { done(frame.contentDocument ? "framed" : "blocked"); } catch { done("blocked"); }
                    }, 200);
                    frame.src = target;
                    document.body.append(frame);
                  });
                  return [
                    await reach("/api/desk"),
                    await reach("/api/pair", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }),
                    await reach("/api/pair", { method: "POST", mode: "no-cors", body: "{}" }),
                    await reach("/api/events"),
                    await framed,
                  ];
                })()""".formatted(target);
    }
}
