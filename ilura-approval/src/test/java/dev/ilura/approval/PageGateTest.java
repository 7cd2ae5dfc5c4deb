package dev.ilura.approval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.AuditEvent;
import dev.ilura.CallOutcome;
import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.ToolCall;
import dev.ilura.approval.passkey.SoftAuthenticator;
import dev.ilura.json.Digests;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.testkit.MemoryAudit;
import dev.ilura.testkit.ScriptedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the call to the effect: a gateway whose questions go to the page. */
class PageGateTest {
    private static final String REASON = "invoice 4711 of the printer";

    private final ScriptedServer bank =
            ScriptedServer.named("bank").tool("medium").tool("high").tool("critical");
    private final MemoryAudit audit = new MemoryAudit();

    @TempDir
    private Path state;

    private PageFixture page;
    private Gateway gateway;

    @BeforeEach
    void open() throws Exception {
        page = new PageFixture(state).paired();
        gateway = Gateway.builder()
                .server(bank)
                .policy(new LaneByName())
                .approvals(page.page)
                .audit(audit)
                .time(page.time)
                .build();
    }

    @AfterEach
    void close() {
        gateway.close();
        page.close();
    }

    @Test
    void mediumHappensAfterAClick() throws Exception {
        CompletableFuture<CallOutcome> call = call("medium");

        page.click(page.card(0), "approve", Map.of()).send();

        assertThat(call.get(10, SECONDS)).isInstanceOf(CallOutcome.Completed.class);
        assertThat(bank.calls()).hasSize(1);
    }

    @Test
    void highHappensAfterAReason() throws Exception {
        CompletableFuture<CallOutcome> call = call("high");

        page.click(page.card(0), "approve", Map.of("reason", REASON)).send();

        assertThat(call.get(10, SECONDS)).isInstanceOf(CallOutcome.Completed.class);
    }

    @Test
    void criticalHappensAfterASignatureAndTheLogKeepsIt() throws Exception {
        SoftAuthenticator passkey = page.enrolFirst("alice");
        CompletableFuture<CallOutcome> call = call("critical");

        page.sign(page.card(0), passkey, REASON).send();

        assertThat(call.get(10, SECONDS)).isInstanceOf(CallOutcome.Completed.class);
        assertThat(bank.calls()).hasSize(1);
        assertThat(audit.events())
                .anySatisfy(event -> assertThat(event.text("evidence"))
                        .hasValueSatisfying(
                                evidence -> assertThat(evidence).contains("\"signature\"", "\"person\":\"alice\"")));
    }

    @Test
    void aNoAndSilenceHaveNoEffect() throws Exception {
        CompletableFuture<CallOutcome> refused = call("medium");
        page.click(page.card(0), "deny", Map.of()).send();
        CompletableFuture<CallOutcome> ignored = call("critical");
        page.time.pass(Duration.ofMinutes(2));

        assertThat(refused.get(10, SECONDS)).isInstanceOf(CallOutcome.NotApproved.class);
        assertThat(ignored.get(10, SECONDS)).isInstanceOf(CallOutcome.NotApproved.class);
        assertThat(bank.calls()).isEmpty();
    }

    @Test
    void aPageThatEndsHasNoEffect() throws Exception {
        CompletableFuture<CallOutcome> call = call("high");

        page.page.close();

        assertThat(call.get(10, SECONDS)).isInstanceOf(CallOutcome.NotApproved.class);
        assertThat(bank.calls()).isEmpty();
    }

    @Test
    void aStandingYesIsSignedAndEachUseIsInTheLogAgainstIt() throws Exception {
        SoftAuthenticator passkey = page.enrolFirst("alice");
        CompletableFuture<CallOutcome> first = call("medium");
        page.grant(page.card(0), passkey, Map.of("uses", 3, "minutes", 5), Map.of())
                .send();
        first.get(10, SECONDS);
        String grant = page.desk().at("/grants/0/id").orElseThrow().text();

        for (int use = 1; use <= 3; use++) {
            assertThat(gateway.call("bank", "medium", Map.of("amount", 900))).isInstanceOf(CallOutcome.Completed.class);
        }
        CompletableFuture<CallOutcome> fourth = call("medium");
        assertThat(fourth).isNotDone();

        List<JsonValue> evidence = audit.events().stream()
                .filter(event -> event.type() == AuditEvent.Type.APPROVAL)
                .map(event -> JsonValue.parse(event.text("evidence").orElseThrow()))
                .toList();
        assertThat(evidence).hasSize(4);
        assertThat(evidence.get(0).at("/assertions/0/person").orElseThrow().text())
                .isEqualTo("alice");
        String terms = evidence.get(0).at("/statement").orElseThrow().text();
        for (int use = 1; use <= 3; use++) {
            JsonValue used = evidence.get(use);
            assertThat(used.at("/type").orElseThrow().text()).isEqualTo("grant");
            assertThat(used.at("/grant").orElseThrow().text()).isEqualTo(grant);
            assertThat(used.at("/use").orElseThrow().raw()).isEqualTo("" + use);
            assertThat(used.at("/termsSha256").orElseThrow().text()).isEqualTo(Digests.sha256Hex(terms));
        }
    }

    @Test
    void whatIsRevokedIsAskedForAgain() throws Exception {
        SoftAuthenticator passkey = page.enrolFirst("alice");
        CompletableFuture<CallOutcome> first = call("medium");
        page.grant(page.card(0), passkey, Map.of("uses", 3, "minutes", 5), Map.of())
                .send();
        first.get(10, SECONDS);
        String grant = page.desk().at("/grants/0/id").orElseThrow().text();

        page.write("/api/grants/" + grant + "/revoke", Map.of());

        assertThat(call("medium")).isNotDone();
        assertThat(bank.calls()).hasSize(1);
    }

    private CompletableFuture<CallOutcome> call(String tool) {
        long before = page.calls();
        CompletableFuture<CallOutcome> call =
                gateway.callAsync("bank", tool, Map.of("amount", 900)).toCompletableFuture();
        await().until(() -> call.isDone() || page.calls() > before);
        return call;
    }

    private static final class LaneByName implements PolicyEngine {
        @Override
        public Decision decide(ToolCall call) {
            RiskLane lane = RiskLane.valueOf(call.tool().name().toUpperCase(java.util.Locale.ROOT));
            return new Decision.Ask(
                    new RuleRef("rules[0]", "code"), lane, "Money leaves.", Decision.Terms.PLAIN, List.of());
        }

        @Override
        public String version() {
            return "1";
        }
    }
}
