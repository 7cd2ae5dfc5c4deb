package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalAnswer.Refused;
import dev.ilura.ApprovalAnswer.Unanswered;
import dev.ilura.ApprovalTicket;
import dev.ilura.IluraException;
import dev.ilura.RiskLane;
import dev.ilura.approval.passkey.SoftAuthenticator;
import dev.ilura.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageApprovalsTest {
    private static final String REASON = "weekly report for finance";

    @TempDir
    private Path state;

    private PageFixture page;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(state).paired();
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void mediumTakesAClick() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.MEDIUM);
        FutureTask<ApprovalAnswer> asking = page.ask(ticket);

        assertThat(page.click(page.card(0), "approve", Map.of()).send().status())
                .isEqualTo(200);

        assertThat(asking.get(10, SECONDS)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.ticketDigest()).isEqualTo(ticket.digest());
            assertThat(approved.channel()).isEqualTo("page");
            assertThat(approved.evidence()).isEmpty();
        });
        assertThat(page.desk().at("/settled/0/how").orElseThrow().text()).isEqualTo("approved");
    }

    @Test
    void aNoIsANo() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.CRITICAL));

        page.clickAtOnce(page.card(0), "deny", Map.of()).send();

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Refused.class);
    }

    @Test
    void highTakesAReason() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.HIGH));
        JsonValue card = page.card(0);

        assertThat(page.click(card, "approve", Map.of()).send().status()).isEqualTo(422);
        assertThat(page.click(card, "approve", Map.of("reason", "ok")).send().status())
                .isEqualTo(422);
        assertThat(asking.isDone()).isFalse();
        assertThat(page.click(card, "approve", Map.of("reason", REASON)).send().status())
                .isEqualTo(200);

        assertThat(asking.get(10, SECONDS))
                .isInstanceOfSatisfying(
                        Approved.class,
                        approved -> assertThat(approved.reason()).contains(REASON));
    }

    @Test
    void aReasonDoesNotServeTwice() throws Exception {
        FutureTask<ApprovalAnswer> first = page.ask(Tickets.of(RiskLane.HIGH));
        page.click(page.card(0), "approve", Map.of("reason", REASON)).send();
        first.get(10, SECONDS);
        page.lay(Tickets.ticket().lane(RiskLane.HIGH).id("second").make());

        RawHttp.Response again =
                page.click(page.card(0), "approve", Map.of("reason", REASON)).send();

        assertThat(again.status()).isEqualTo(422);
        assertThat(again.body()).contains("last 5 reasons");
    }

    @Test
    void criticalTakesAPasskeyOverThisVeryCall() throws Exception {
        SoftAuthenticator passkey = page.enrolFirst("alice");
        ApprovalTicket ticket = Tickets.of(RiskLane.CRITICAL);
        FutureTask<ApprovalAnswer> asking = page.ask(ticket);

        assertThat(page.sign(page.card(0), passkey, REASON).send().status()).isEqualTo(200);

        assertThat(asking.get(10, SECONDS)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.ticketDigest()).isEqualTo(ticket.digest());
            assertThat(approved.approver()).isEqualTo("alice");
            assertThat(approved.reason()).contains(REASON);
            JsonValue evidence = approved.evidence().orElseThrow();
            assertThat(PageFixture.text(evidence, "statement").getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(ticket.canonical());
            assertThat(evidence.at("/assertions/0/person").orElseThrow().text()).isEqualTo("alice");
        });
    }

    @Test
    void criticalIsNotHadByAClick() throws Exception {
        page.enrolFirst("alice");
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.CRITICAL));

        RawHttp.Response response =
                page.click(page.card(0), "approve", Map.of("reason", REASON)).send();

        assertThat(response.status()).isEqualTo(422);
        assertThat(asking.isDone()).isFalse();
    }

    @Test
    void aSignatureForAnotherCallIsNoApproval() throws Exception {
        SoftAuthenticator passkey = page.enrolFirst("alice");
        page.lay(Tickets.of(RiskLane.CRITICAL));
        FutureTask<ApprovalAnswer> other =
                page.ask(Tickets.ticket().lane(RiskLane.CRITICAL).id("other").make());
        Object assertion =
                passkey.sign(PageFixture.text(page.card(0), "challenge")).done().toJava();

        RawHttp.Response response = page.click(
                        page.card(1),
                        "sign",
                        Map.of("reason", REASON, "assertion", java.util.Objects.requireNonNull(assertion)))
                .send();

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.body()).contains("challenge");
        assertThat(other.isDone()).isFalse();
    }

    @Test
    void twoApproversAreTwoPeople() throws Exception {
        SoftAuthenticator alice = page.enrolFirst("alice");
        SoftAuthenticator alsoAlice = page.enrol("Alice", alice);
        SoftAuthenticator wideAlice = page.enrol("\uFF41lice", alice);
        SoftAuthenticator bob = page.enrol("bob", alice);
        FutureTask<ApprovalAnswer> asking =
                page.ask(Tickets.ticket().lane(RiskLane.CRITICAL).approvers(2).make());
        JsonValue card = page.card(0);

        assertThat(page.sign(card, alice, REASON).send().body()).contains("One more person");
        assertThat(page.sign(card, alice, "another good reason").send().status())
                .isEqualTo(422);
        assertThat(page.sign(card, alsoAlice, "yet another reason").send().status())
                .isEqualTo(422);
        assertThat(page.sign(card, wideAlice, "one more good reason").send().status())
                .isEqualTo(422);
        assertThat(asking.isDone()).isFalse();
        assertThat(page.sign(card, bob, "agreed with alice on it").send().status())
                .isEqualTo(200);

        assertThat(asking.get(10, SECONDS)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.approver()).isEqualTo("alice, bob");
            assertThat(approved.reason()).contains("alice: " + REASON + "; bob: agreed with alice on it");
            assertThat(approved.evidence()
                            .orElseThrow()
                            .at("/assertions")
                            .orElseThrow()
                            .elements())
                    .hasSize(2);
        });
    }

    /** The attack: a passkey without a counter, as synced ones are, and its signature and the mirrored one as two. */
    @Test
    void theMirroredSignatureOfAPasskeyIsNoSecondApproval() throws Exception {
        SoftAuthenticator alice = page.enrolFirst("alice");
        FutureTask<ApprovalAnswer> asking =
                page.ask(Tickets.ticket().lane(RiskLane.CRITICAL).approvers(2).make());
        JsonValue card = page.card(0);
        String challenge = PageFixture.text(card, "challenge");

        assertThat(signed(card, alice.sign(challenge).count(0), REASON)).isEqualTo(200);
        assertThat(signed(card, alice.sign(challenge).count(0).mirrored(), "another good reason"))
                .isEqualTo(422);

        assertThat(asking).isNotDone();
    }

    private int signed(JsonValue card, SoftAuthenticator.Signing signing, String reason) throws Exception {
        return page.click(
                        card,
                        "sign",
                        Map.of(
                                "reason",
                                reason,
                                "assertion",
                                java.util.Objects.requireNonNull(signing.done().toJava())))
                .send()
                .status();
    }

    @Test
    void whoeverAsksDoesNotApprove() throws Exception {
        SoftAuthenticator alice = page.enrolFirst("alice");
        FutureTask<ApprovalAnswer> asking = page.ask(
                Tickets.ticket().lane(RiskLane.CRITICAL).principal("Alice").make());

        assertThat(page.sign(page.card(0), alice, REASON).send().body()).contains("Whoever asks");
        assertThat(asking.isDone()).isFalse();
    }

    @Test
    void mediumWithTwoApproversTakesTheirPasskeys() throws Exception {
        page.enrolFirst("alice");
        page.lay(Tickets.ticket().approvers(2).make());

        assertThat(page.click(page.card(0), "approve", Map.of()).send().status())
                .isEqualTo(422);
    }

    @Test
    void identicalCallsAreOneCardAndOnlyWhatWasSeenIsApproved() throws Exception {
        FutureTask<ApprovalAnswer> first = page.ask(Tickets.ticket().id("1").make());
        FutureTask<ApprovalAnswer> second = page.ask(Tickets.ticket().id("2").make());
        JsonValue seen = page.card(0);
        FutureTask<ApprovalAnswer> unseen = page.ask(Tickets.ticket().id("3").make());
        assertThat(page.desk().at("/cards").orElseThrow().elements()).hasSize(1);

        page.click(seen, "approve", Map.of()).send();

        assertThat(first.get(10, SECONDS)).isInstanceOf(Approved.class);
        assertThat(second.get(10, SECONDS)).isInstanceOf(Approved.class);
        assertThat(unseen.isDone()).isFalse();
        assertThat(page.calls()).isEqualTo(1);
    }

    @Test
    void callsThatDifferAreCardsOfTheirOwn() throws Exception {
        page.lay(Tickets.ticket().id("1").make());
        page.lay(Tickets.ticket().id("2").principal("somebody else").make());
        page.lay(Tickets.ticket()
                .id("3")
                .arguments(Map.of("path", "/srv/docs/b.md"))
                .make());
        page.lay(Tickets.ticket().id("4").tool("{\"name\":\"write_file\"}").make());
        page.lay(Tickets.ticket().id("5").reason("another reason").make());
        page.lay(Tickets.ticket().id("6").lane(RiskLane.CRITICAL).make());
        page.lay(Tickets.ticket().id("7").lane(RiskLane.CRITICAL).make());

        assertThat(page.desk().at("/cards").orElseThrow().elements()).hasSize(7);
    }

    @Test
    void silenceUntilTheExpiryIsNoApproval() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.MEDIUM));
        JsonValue card = page.card(0);

        page.time.pass(Duration.ofSeconds(60));

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
        assertThat(page.click(card, "approve", Map.of()).send().status()).isEqualTo(409);
        assertThat(page.desk().at("/settled/0/how").orElseThrow().text()).isEqualTo("expired");
    }

    @Test
    void aWallClockSetForwardEndsTheQuestion() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.MEDIUM));
        JsonValue card = page.card(0);
        page.time.pass(Duration.ofSeconds(1));

        page.time.setWallClock(Tickets.ISSUED.plusSeconds(3600));

        assertThat(page.clickAtOnce(card, "approve", Map.of()).send().status()).isEqualTo(409);
        assertThat(asking.isDone()).isFalse();
    }

    @Test
    void aWallClockSetBackDoesNotKeepAQuestionOpen() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.MEDIUM));

        page.time.setWallClock(Tickets.ISSUED.minusSeconds(3600));
        page.time.pass(Duration.ofSeconds(60));

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
    }

    @Test
    void aClickThatComesTooSoonDoesNotApprove() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.MEDIUM));
        JsonValue card = page.card(0);
        page.time.pass(Duration.ofMillis(799));

        RawHttp.Response response = page.clickAtOnce(card, "approve", Map.of()).send();

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.body()).contains("too quick");
        assertThat(asking.isDone()).isFalse();
    }

    @Test
    void theSecondTabComesTooLate() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.MEDIUM));
        JsonValue card = page.card(0);

        int first = page.click(card, "deny", Map.of()).send().status();
        int second = page.click(card, "approve", Map.of()).send().status();

        assertThat(List.of(first, second)).containsExactly(200, 409);
        assertThat(asking.get(10, SECONDS)).isInstanceOf(Refused.class);
    }

    @Test
    void aClosedPageApprovesNothing() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.MEDIUM));

        page.page.close();

        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
        assertThat(page.page.ask(Tickets.ticket().id("later").make())).isInstanceOf(Unanswered.class);
        assertThat(state.resolve("page.json")).doesNotExist();
    }

    @Test
    void anInterruptTakesTheQuestionOffThePage() throws Exception {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> page.page.ask(Tickets.of(RiskLane.MEDIUM)));
        Thread thread = new Thread(asking);
        thread.start();
        org.awaitility.Awaitility.await().until(() -> page.calls() == 1);

        thread.interrupt();

        assertThat(asking).failsWithin(Duration.ofSeconds(10));
        assertThat(page.calls()).isZero();
    }

    @Test
    void aFullDeskTakesNothingMore() throws Exception {
        List<FutureTask<ApprovalAnswer>> asking = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            ApprovalTicket ticket = Tickets.ticket().id("n" + i).make();
            FutureTask<ApprovalAnswer> task = new FutureTask<>(() -> page.page.ask(ticket));
            asking.add(task);
            new Thread(task).start();
        }
        org.awaitility.Awaitility.await().pollInterval(Duration.ofMillis(200)).until(() -> page.calls() == 64);

        assertThat(page.page.ask(Tickets.ticket().id("one more").make()))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        unanswered -> assertThat(unanswered.why()).contains("ILR-APPROVAL-006"));
        page.time.pass(Duration.ofMinutes(2));
        for (FutureTask<ApprovalAnswer> each : asking) {
            assertThat(each.get(10, SECONDS)).isInstanceOf(Unanswered.class);
        }
    }

    @Test
    void aRestartKnowsNoOldQuestionAndNoOldBrowser() throws Exception {
        page.lay(Tickets.of(RiskLane.MEDIUM));
        JsonValue card = page.card(0);
        int port = page.page.address().getPort();
        page.page.close();

        try (PageApprovals again = PageApprovals.in(state)
                .port(port)
                .operator(line -> {})
                .time(page.time)
                .open()) {
            assertThat(again.address().getPort()).isEqualTo(port);
            assertThat(page.click(card, "approve", Map.of()).send().status()).isEqualTo(401);
        }
    }

    @Test
    void passkeysSurviveARestart() throws Exception {
        SoftAuthenticator passkey = page.enrolFirst("alice");
        int port = page.page.address().getPort();
        page.close();

        page = new PageFixture(state).paired();
        assertThat(page.read("/api/passkeys").elements()).hasSize(1);
        assertThat(passkey.id())
                .isEqualTo(
                        PageFixture.text(page.read("/api/passkeys").elements().get(0), "id"));
        assertThat(port).isPositive();
    }

    @Test
    void hiddenCharactersReachTheBrowserOnlyByName() throws Exception {
        page.lay(Tickets.ticket()
                .server("fi\u202Eles")
                .reason("x\u0007")
                .tool("{\"name\":\"w\\u200bt\",\"description\":\"\\u001b[2J\"}")
                .arguments(Map.of("pa\u2066th", "a\u202Eb\u0000\u200d\uDB40\uDC41", "p", "p\u0430ypal"))
                .make());

        String id = page.desk().at("/cards/0/id").orElseThrow().text();
        String raw = page.get("/api/cards/" + id).send().body();
        JsonValue card = JsonValue.parse(raw);

        assertThat(raw.codePoints().filter(c -> c != '\n')).allMatch(c -> dev.ilura.text.VisibleText.isPlain(c));
        assertThat(raw).contains("{\"e\":\"202E\"}").contains("{\"e\":\"E0041\"}");
        List<JsonValue> arguments = card.member("arguments").orElseThrow().elements();
        assertThat(arguments.stream()
                        .map(argument -> argument.member("hidden").orElseThrow().raw()))
                .containsExactlyInAnyOrder("5", "0");
        assertThat(arguments.stream()
                        .flatMap(argument -> argument.member("lookAlikes").orElseThrow().elements().stream())
                        .map(JsonValue::raw))
                .containsExactly("[\"p\",{\"e\":\"0430\"},\"y\",\"p\",\"a\",\"l\"]");
    }

    @Test
    void aLongValueIsFoldedAndOpensInFull() throws Exception {
        String content = "line of text\n".repeat(80_000) + "the end";
        page.lay(Tickets.ticket()
                .arguments(Map.of("content", content))
                .display("short")
                .make());
        JsonValue card = page.card(0);
        JsonValue value = card.at("/arguments/0").orElseThrow();

        JsonValue opened = page.read("/api/cards/" + PageFixture.text(card, "id") + "/values/0");

        assertThat(value.member("folded").orElseThrow().flag()).isTrue();
        assertThat(value.member("lines").orElseThrow().raw()).isEqualTo("80001");
        assertThat(card.length()).isLessThan(8_000);
        assertThat(opened.elements())
                .singleElement()
                .satisfies(part -> assertThat(part.text()).isEqualTo(content));
    }

    @Test
    void anArgumentIsNeverLeftOut() throws Exception {
        Map<String, Object> many = new java.util.TreeMap<>();
        for (int i = 0; i < 500; i++) {
            many.put("key" + i, List.of());
        }
        page.lay(Tickets.ticket().arguments(many).make());
        JsonValue card = page.card(0);

        assertThat(card.member("arguments").orElseThrow().elements()).hasSize(1);
        assertThat(page.read("/api/cards/" + PageFixture.text(card, "id") + "/values/0")
                        .raw())
                .contains("key0", "key499");
    }

    @Test
    void aPointerOnTheTerminalSaysNothingAboutTheCall() throws Exception {
        page.lay(Tickets.of(RiskLane.HIGH));

        assertThat(page.terminal).anySatisfy(line -> assertThat(line).contains("waits for approval"));
        assertThat(page.terminal).noneSatisfy(line -> assertThat(line).contains("write_file"));
    }

    @Test
    void codesStandInAPrivateFile() throws Exception {
        Path file = state.resolve("page.json");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file))
                .contains(page.code("pairing code"), page.page.address().toString());
    }

    @Test
    void aPortThatIsTakenIsAnError() {
        assertThatExceptionOfType(IluraException.class)
                .isThrownBy(() -> PageApprovals.in(state)
                        .port(page.page.address().getPort())
                        .operator(line -> {})
                        .open())
                .withMessageContaining("ILR-APPROVAL-012");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PageApprovals.in(state).port(70_000));
    }

    @Test
    void reflexIsNoticed() throws Exception {
        for (int i = 0; i < 10; i++) {
            FutureTask<ApprovalAnswer> asking = page.ask(
                    Tickets.ticket().id("n" + i).issued(page.time.now()).make());
            page.click(page.card(0), "approve", Map.of()).send();
            asking.get(10, SECONDS);
        }

        assertThat(page.desk().member("warning").orElseThrow().text()).contains("within two seconds");
    }

    /** A crash: the page is not closed, its process is gone, and what was open lies in the file. */
    @Test
    void whatWasOpenAtACrashIsExpiredAndNeverApproved() throws Exception {
        FutureTask<ApprovalAnswer> asking = page.ask(Tickets.of(RiskLane.HIGH));
        byte[] left = java.nio.file.Files.readAllBytes(state.resolve("questions.json"));
        assertThat(new String(left, java.nio.charset.StandardCharsets.UTF_8))
                .contains("files/write_file", "high")
                .doesNotContain("hello");
        page.close();
        assertThat(asking.get(10, SECONDS)).isInstanceOf(Unanswered.class);
        assertThat(state.resolve("questions.json")).doesNotExist();
        java.nio.file.Files.write(state.resolve("questions.json"), left);
        java.nio.file.Files.setPosixFilePermissions(
                state.resolve("questions.json"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));

        page = new PageFixture(state).paired();

        assertThat(page.calls()).isZero();
        assertThat(page.desk().at("/settled/0/how").orElseThrow().text()).isEqualTo("expired");
        assertThat(page.terminal).anyMatch(line -> line.contains("1 question was open"));
    }

    @Test
    void theCardSaysInPlainWordsWhatWouldHappen() throws Exception {
        page.lay(Tickets.ticket().tool("{\"name\":\"deleteAllMail\"}").make());
        assertThat(PageFixture.text(page.card(0), "plainly"))
                .isEqualTo(
                        "This tool would be called with 2 values, 43 bytes in all. By its name it deletes something.");
    }

    @Test
    void theCardShowsWhatTheLogSaysCameBefore() throws Exception {
        dev.ilura.testkit.MemoryAudit log = new dev.ilura.testkit.MemoryAudit();
        ApprovalTicket ticket = Tickets.of(RiskLane.MEDIUM);
        log.append(
                dev.ilura.AuditEvent.of(
                                dev.ilura.AuditEvent.Type.DISPATCH,
                                dev.ilura.ToolCall.to(
                                                "mail\u202E", dev.ilura.Tool.of(JsonValue.parse("{\"name\":\"read\"}")))
                                        .id("earlier")
                                        .session(ticket.call().session())
                                        .build())
                        .fact("decision", "allow")
                        .build(),
                dev.ilura.spi.AuditSink.Acknowledgement.DURABLE);
        page.page.reads(log.trail().orElseThrow());
        page.lay(ticket);

        JsonValue before = page.card(0).member("before").orElseThrow();
        assertThat(before.elements()).hasSize(1);
        assertThat(before.at("/0/target").orElseThrow().raw()).isEqualTo("[\"mail\",{\"e\":\"202E\"},\"/read\"]");
        assertThat(before.at("/0/how").orElseThrow().raw()).isEqualTo("[\"allow\"]");
    }
}
