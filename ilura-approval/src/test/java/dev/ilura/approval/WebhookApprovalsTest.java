package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalAnswer.Refused;
import dev.ilura.ApprovalAnswer.Unanswered;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only a reply that is signed, fresh, to this very message and about this very ticket counts. */
class WebhookApprovalsTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final ManualTime time = new ManualTime(Tickets.ISSUED);
    private ChatReceiver chat;
    private WebhookApprovals webhook;

    @BeforeEach
    void open() throws Exception {
        chat = new ChatReceiver(SECRET, time::now);
        webhook = channel(SECRET);
    }

    @AfterEach
    void close() {
        chat.close();
    }

    private WebhookApprovals channel(String secret) {
        return WebhookApprovals.receiver(chat.address(), Secret.of(secret))
                .every(Duration.ofSeconds(2))
                .time(time)
                .build();
    }

    @Test
    void aButtonInTheChatIsAYesInLaneMedium() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.MEDIUM);
        FutureTask<ApprovalAnswer> asking = ask(webhook, ticket);
        await().until(() -> chat.posted.size() == 1);
        assertThat(chat.posted.get(0).at("/display").orElseThrow().text()).isEqualTo(ticket.display());
        assertThat(asking).isNotDone();

        chat.press(chat.posted.get(0), "ada", "approve");

        assertThat(answer(asking)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.ticketDigest()).isEqualTo(ticket.digest());
            assertThat(approved.approver()).isEqualTo("ada");
            assertThat(approved.channel()).isEqualTo("webhook");
        });
    }

    @Test
    void theOtherButtonIsANo() throws Exception {
        FutureTask<ApprovalAnswer> asking = ask(webhook, Tickets.of(RiskLane.MEDIUM));
        await().until(() -> chat.posted.size() == 1);
        chat.press(chat.posted.get(0), "ada", "deny");
        assertThat(answer(asking)).isInstanceOf(Refused.class);
    }

    @Test
    void silenceIsNoYesAndTheChatIsToldThatItIsOver() throws Exception {
        FutureTask<ApprovalAnswer> asking = ask(webhook, Tickets.of(RiskLane.MEDIUM));
        await().until(() -> chat.posted.size() == 1);
        assertThat(answer(asking)).isInstanceOf(Unanswered.class);
        await().until(() -> chat.posted.stream()
                .anyMatch(message -> message.at("/type").orElseThrow().text().equals("withdrawn")));
    }

    @ParameterizedTest
    @EnumSource(
            value = RiskLane.class,
            names = {"HIGH", "CRITICAL"})
    void aboveMediumNothingIsPosted(RiskLane lane) throws Exception {
        assertThat(webhook.ask(Tickets.of(lane)))
                .isInstanceOfSatisfying(
                        Unanswered.class, none -> assertThat(none.why()).contains("ILR-APPROVAL-009", "\"page\""));
        assertThat(webhook.ask(Tickets.ticket().approvers(2).make())).isInstanceOf(Unanswered.class);
        assertThat(chat.posted).isEmpty();
    }

    static Stream<Named<ChatReceiver.Tampering>> tamperings() {
        return Stream.of(
                Named.of("no signature", (headers, body) -> {
                    headers.remove("X-Ilura-Signature");
                    return body;
                }),
                Named.of("empty signature", (headers, body) -> {
                    headers.put("X-Ilura-Signature", "v1=");
                    return body;
                }),
                Named.of("signature of another kind", (headers, body) -> {
                    headers.put(
                            "X-Ilura-Signature",
                            Objects.requireNonNull(headers.get("X-Ilura-Signature"))
                                    .replace("v1=", "v0="));
                    return body;
                }),
                Named.of("one bit of the signature", (headers, body) -> {
                    String signature = Objects.requireNonNull(headers.get("X-Ilura-Signature"));
                    headers.put(
                            "X-Ilura-Signature",
                            signature.substring(0, 10)
                                    + (signature.charAt(10) == '0' ? '1' : '0')
                                    + signature.substring(11));
                    return body;
                }),
                Named.of(
                        "another body",
                        (headers, body) -> new String(body, StandardCharsets.UTF_8)
                                .replace("ada", "eve")
                                .getBytes(StandardCharsets.UTF_8)),
                Named.of("another nonce", (headers, body) -> {
                    headers.put("X-Ilura-Nonce", "00000000000000000000000000000000");
                    return body;
                }),
                Named.of("another time", (headers, body) -> {
                    headers.put("X-Ilura-Timestamp", "1");
                    return body;
                }),
                Named.of("no time", (headers, body) -> {
                    headers.remove("X-Ilura-Timestamp");
                    return body;
                }));
    }

    @ParameterizedTest
    @MethodSource("tamperings")
    void aReplyThatIsNotWhatTheReceiverSignedIsNoYes(ChatReceiver.Tampering tampering) throws Exception {
        chat.tampering = tampering;
        isNoYes(pressed());
    }

    @Test
    void aReplyOutsideTheClockWindowIsNoYes() throws Exception {
        chat.tampering = (headers, body) -> {
            String old = Long.toString(time.now().getEpochSecond() - 301);
            headers.put("X-Ilura-Timestamp", old);
            headers.put(
                    "X-Ilura-Signature",
                    chat.sign(
                            "ilura.webhook.reply.v1", old, Objects.requireNonNull(headers.get("X-Ilura-Nonce")), body));
            return body;
        };
        isNoYes(pressed());
    }

    /** The attack: a reply that was seen once is played again. */
    @Test
    void aReplyServesOneMessage() throws Exception {
        byte[][] kept = new byte[1][];
        java.util.Map<String, String> keptHeaders = new java.util.TreeMap<>();
        chat.tampering = (headers, body) -> {
            kept[0] = body;
            keptHeaders.putAll(headers);
            return body;
        };
        assertThat(pressed()).isInstanceOf(Approved.class);
        chat.tampering = (headers, body) -> {
            headers.putAll(keptHeaders);
            return kept[0];
        };
        isNoYes(pressed());
    }

    /** The attack: a signature that the gate itself made is sent back as a reply. */
    @Test
    void aRequestIsNoReply() throws Exception {
        chat.tampering = (headers, body) -> {
            headers.put(
                    "X-Ilura-Signature",
                    chat.sign(
                            "ilura.webhook.request.v1",
                            Objects.requireNonNull(headers.get("X-Ilura-Timestamp")),
                            Objects.requireNonNull(headers.get("X-Ilura-Nonce")),
                            body));
            return body;
        };
        isNoYes(pressed());
    }

    @Test
    void anAnswerAboutAnotherTicketIsNoYes() throws Exception {
        ApprovalTicket ticket = Tickets.of(RiskLane.MEDIUM);
        FutureTask<ApprovalAnswer> asking = ask(webhook, ticket);
        await().until(() -> chat.posted.size() == 1);
        chat.press(
                dev.ilura.json.JsonValue.of(java.util.Map.of("approvalId", ticket.id(), "digest", "0".repeat(64))),
                "ada",
                "approve");
        isNoYes(answer(asking));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "APPROVE", "yes", "true"})
    void anotherWordIsNoYes(String decision) throws Exception {
        FutureTask<ApprovalAnswer> asking = ask(webhook, Tickets.of(RiskLane.MEDIUM));
        await().until(() -> chat.posted.size() == 1);
        chat.press(chat.posted.get(0), "ada", decision);
        isNoYes(answer(asking));
    }

    @Test
    void anAnswerWithoutAPersonIsNoYes() throws Exception {
        FutureTask<ApprovalAnswer> asking = ask(webhook, Tickets.of(RiskLane.MEDIUM));
        await().until(() -> chat.posted.size() == 1);
        chat.press(chat.posted.get(0), " ", "approve");
        isNoYes(answer(asking));
    }

    @Test
    void aReceiverWithAnotherSecretIsToldNothingAndSaysNothing() throws Exception {
        assertThat(channel("another secret of thirty-two chars").ask(Tickets.of(RiskLane.MEDIUM)))
                .isInstanceOfSatisfying(
                        Unanswered.class, none -> assertThat(none.why()).contains("ILR-APPROVAL-008"));
        assertThat(chat.posted).isEmpty();
        assertThat(chat.refused).isNotEmpty();
    }

    @Test
    void aReceiverThatIsNotThereIsNoYes() throws Exception {
        chat.close();
        assertThat(webhook.ask(Tickets.of(RiskLane.MEDIUM)))
                .isInstanceOfSatisfying(
                        Unanswered.class, none -> assertThat(none.why()).contains("ILR-APPROVAL-008"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://chat.example.com/hook",
                "http://10.0.0.1/hook",
                "http://127.0.0.1.evil.example/hook",
                "ftp://localhost/hook",
                "https://user:secret@chat.example.com/hook",
                "https://chat.example.com/hook#x",
                "/hook"
            })
    void whatLeavesTheMachineIsEncrypted(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookApprovals.to(URI.create(address), Secret.of(SECRET)));
    }

    @Test
    void aShortSecretIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebhookApprovals.to(chat.address(), Secret.of("short")))
                .withMessageContaining("32")
                .withMessageNotContaining("short");
    }

    private ApprovalAnswer pressed() throws Exception {
        int before = chat.posted.size();
        FutureTask<ApprovalAnswer> asking =
                ask(webhook, Tickets.ticket().issued(time.now()).make());
        await().until(() -> chat.posted.size() > before);
        chat.press(chat.posted.get(before), "ada", "approve");
        return answer(asking);
    }

    private static void isNoYes(ApprovalAnswer answer) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Unanswered.class, none -> assertThat(none.why()).contains("ILR-APPROVAL-008"));
    }

    private static FutureTask<ApprovalAnswer> ask(WebhookApprovals webhook, ApprovalTicket ticket) {
        FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> webhook.ask(ticket));
        Thread thread = new Thread(asking);
        thread.setDaemon(true);
        thread.start();
        return asking;
    }

    /** Lets time pass until there is an answer. */
    private ApprovalAnswer answer(FutureTask<ApprovalAnswer> asking) throws Exception {
        await().until(() -> {
            time.pass(Duration.ofSeconds(1));
            return asking.isDone();
        });
        return asking.get(10, SECONDS);
    }
}
