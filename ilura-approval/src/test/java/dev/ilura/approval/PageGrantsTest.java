package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.approval.passkey.SoftAuthenticator;
import dev.ilura.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A standing yes: what it spares, and everything that ends it. */
class PageGrantsTest {
    private static final String PATH = "/srv/docs/a.md";

    @TempDir
    private Path state;

    private PageFixture page;
    private SoftAuthenticator alice;
    private ApprovalTicket seen;

    @BeforeEach
    void twoCallsToThisPathWithAnyContentArePassedForAnHour() throws Exception {
        page = new PageFixture(state).paired();
        alice = page.enrolFirst("alice");
        seen = like("seen", PATH, "hello").make();
        FutureTask<ApprovalAnswer> asking = page.ask(seen);
        JsonValue card = page.card(0);
        assertThat(card.member("members").orElseThrow().raw()).isEqualTo("[[\"path\"],[\"content\"]]");
        page.grant(card, alice, Map.of("uses", 2, "minutes", 60, "fixed", List.of(0)), Map.of())
                .send();
        assertThat(asking.get(10, SECONDS)).isInstanceOf(Approved.class);
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void aCallLikeTheOneSeenPassesAndPointsToIt() throws Exception {
        ApprovalTicket next = like("next", PATH, "other content").make();

        ApprovalAnswer answer = page.page.ask(next);

        assertThat(answer).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.ticketDigest()).isEqualTo(next.digest());
            assertThat(approved.channel()).isEqualTo("grant");
            JsonValue evidence = approved.evidence().orElseThrow();
            assertThat(PageFixture.text(evidence, "ticket")).isEqualTo(seen.digest());
            assertThat(evidence.member("use").orElseThrow().raw()).isEqualTo("1");
        });
        assertThat(page.desk().at("/grants/0/used").orElseThrow().raw()).isEqualTo("1");
        assertThat(page.desk().at("/settled/0/how").orElseThrow().text()).isEqualTo("granted");
    }

    @Test
    void whateverIsDifferentIsAskedFor() throws Exception {
        staysOpen(like("1", "/srv/docs/b.md", "hello"));
        staysOpen(like("2", PATH, "hello").principal("somebody else"));
        staysOpen(like("3", PATH, "hello").server("other"));
        staysOpen(like("5", PATH, "hello").reason("another reason"));
        staysOpen(like("6", PATH, "hello").lane(RiskLane.HIGH));
        staysOpen(like("7", PATH, "hello").lane(RiskLane.CRITICAL));
        staysOpen(like("8", PATH, "hello").approvers(2));
        staysOpen(Tickets.ticket().id("9").arguments(Map.of("path", PATH)));
        Map<String, Object> more = new LinkedHashMap<>(Map.of("path", PATH, "content", "hello"));
        more.put("mode", "append");
        staysOpen(Tickets.ticket().id("10").arguments(more));
    }

    @Test
    void afterItsUsesItIsSpent() throws Exception {
        assertThat(page.page.ask(like("1", PATH, "a").make())).isInstanceOf(Approved.class);
        assertThat(page.page.ask(like("2", PATH, "b").make())).isInstanceOf(Approved.class);

        staysOpen(like("3", PATH, "c"));
        assertThat(page.desk().member("grants").orElseThrow().elements()).isEmpty();
    }

    @Test
    void ofManyCallsAtOnceNoMorePassThanGranted() throws Exception {
        AtomicInteger passed = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 40; i++) {
            ApprovalTicket ticket = like("n" + i, PATH, "content " + i).make();
            Thread thread = new Thread(() -> {
                try {
                    if (page.page.ask(ticket) instanceof Approved) {
                        passed.incrementAndGet();
                        done.countDown();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        assertThat(done.await(20, SECONDS)).isTrue();
        org.awaitility.Awaitility.await().pollInterval(Duration.ofMillis(200)).until(() -> page.calls() == 38);

        assertThat(passed).hasValue(2);
    }

    @Test
    void afterItsTimeItIsOver() throws Exception {
        page.time.pass(Duration.ofMinutes(60));

        staysOpen(like("late", PATH, "a").issued(page.time.now()));
    }

    @Test
    void aWallClockSetBackDoesNotLengthenIt() throws Exception {
        page.time.pass(Duration.ofMinutes(60));
        page.time.setWallClock(Tickets.ISSUED);

        staysOpen(like("late", PATH, "a"));
    }

    @Test
    void revokedItIsOver() throws Exception {
        String id = page.desk().at("/grants/0/id").orElseThrow().text();

        page.write("/api/grants/" + id + "/revoke", Map.of());

        staysOpen(like("1", PATH, "a"));
        assertThat(page.post("/api/grants/" + id + "/revoke", Map.of()).send().status())
                .isEqualTo(409);
    }

    @Test
    void aRestartAsksAgain() throws Exception {
        page.close();
        page = new PageFixture(state).paired();

        staysOpen(like("1", PATH, "a"));
    }

    @Test
    void itHasBounds() throws Exception {
        page.lay(like("1", "/srv/docs/b.md", "a").make());
        JsonValue card = page.card(0);

        for (Map<String, Object> wish : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("uses", 0, "minutes", 60),
                Map.of("uses", 51, "minutes", 60),
                Map.of("uses", 3, "minutes", 481),
                Map.of("uses", 3, "minutes", -1),
                Map.of("uses", 3, "minutes", 60, "fixed", List.of(2)),
                Map.of("uses", 3, "minutes", 60, "fixed", List.of(-1)))) {
            assertThat(page.click(card, "approve", Map.of("grant", wish)).send().status())
                    .isEqualTo(422);
        }
        assertThat(page.calls()).isEqualTo(1);
    }

    @Test
    void aGrantForHighKeepsTheReason() throws Exception {
        page.lay(like("h", PATH, "a").lane(RiskLane.HIGH).make());
        page.grant(page.card(0), alice, Map.of("uses", 1, "minutes", 5), Map.of("reason", "weekly report for finance"))
                .send();

        assertThat(page.page.ask(
                        like("h2", "/elsewhere", "b").lane(RiskLane.HIGH).make()))
                .isInstanceOfSatisfying(
                        Approved.class,
                        approved -> assertThat(approved.reason()).contains("weekly report for finance"));
    }

    private static Tickets like(String id, String path, String content) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("path", path);
        arguments.put("content", content);
        return Tickets.ticket().id(id).arguments(arguments);
    }

    private void staysOpen(Tickets ticket) {
        page.lay(ticket.make());
    }

    @Test
    void aGrantIsSignedAndTheSignatureIsOverItsTerms() throws Exception {
        ApprovalTicket ticket = like("signed", "/srv/docs/b.md", "hello").make();
        FutureTask<ApprovalAnswer> asking = page.ask(ticket);
        JsonValue card = page.card(0);
        Map<String, Object> wish = Map.of("uses", 3, "minutes", 60, "fixed", List.of(0));

        refused("unsigned", page.click(card, "approve", Map.of("grant", wish)));
        Map<String, Object> wider = Map.of("uses", 50, "minutes", 60, "fixed", List.of());
        refused(
                "signed for less than is sent",
                page.click(card, "approve", Map.of("grant", wider, "assertion", signed(card, alice, wish))));
        refused(
                "signed by nobody who is known",
                page.grant(card, SoftAuthenticator.on(page.page.address().toString()), wish, Map.of()));
        assertThat(asking).isNotDone();

        page.grant(card, alice, wish, Map.of()).send();

        assertThat(asking.get(10, SECONDS)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.approver()).isEqualTo("alice");
            JsonValue evidence = approved.evidence().orElseThrow();
            assertThat(evidence.at("/type").orElseThrow().text()).isEqualTo("webauthn");
            assertThat(evidence.at("/assertions/0/person").orElseThrow().text()).isEqualTo("alice");
            assertThat(evidence.at("/statement").orElseThrow().text())
                    .contains("\"uses\":3", "\"ticket\":\"" + ticket.digest() + "\"");
        });
        ApprovalAnswer next =
                page.page.ask(like("next", "/srv/docs/b.md", "other").make());
        assertThat(next)
                .isInstanceOfSatisfying(
                        Approved.class,
                        approved -> assertThat(approved.approver()).isEqualTo("alice"));
    }

    @Test
    void withoutAPasskeyThereIsNoGrant(@TempDir Path other) throws Exception {
        try (PageFixture bare = new PageFixture(other).paired()) {
            FutureTask<ApprovalAnswer> asking = bare.ask(like("1", PATH, "a").make());

            RawHttp.Response response = bare.click(
                            bare.card(0), "approve", Map.of("grant", Map.of("uses", 1, "minutes", 5)))
                    .send();

            assertThat(response.status()).isEqualTo(422);
            assertThat(response.body()).contains("signature of a passkey");
            assertThat(asking).isNotDone();
        }
    }

    /** The attack: a tool shows another definition for one call, and the old one again for the next. */
    @ParameterizedTest
    @ValueSource(strings = {"tool", "server"})
    void whatChangedOnceStaysVoidEvenIfItIsChangedBack(String what) throws Exception {
        Tickets changed = what.equals("tool")
                ? like("1", PATH, "a").tool("{\"name\":\"write_file\",\"description\":\"changed\"}")
                : like("1", PATH, "a").startedOtherwise();
        staysOpen(changed);
        assertThat(page.desk().member("grants").orElseThrow().elements()).isEmpty();

        staysOpen(like("2", PATH, "a"));
    }

    @Test
    void anotherToolOfTheServerVoidsNothing() throws Exception {
        staysOpen(like("1", PATH, "a").tool("{\"name\":\"read_file\"}"));

        assertThat(page.page.ask(like("2", PATH, "a").make())).isInstanceOf(Approved.class);
    }

    private void refused(String why, RawHttp request) throws Exception {
        assertThat(request.send().status()).as(why).isEqualTo(422);
    }

    private Object signed(JsonValue card, SoftAuthenticator passkey, Map<String, ?> wish) throws Exception {
        JsonValue terms = JsonValue.parse(
                page.clickAtOnce(card, "terms", Map.of("grant", wish)).send().body());
        return Objects.requireNonNull(
                passkey.sign(PageFixture.text(terms, "challenge")).done().toJava());
    }
}
