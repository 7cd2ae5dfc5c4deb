package dev.ilura.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalAnswer.Approved;
import dev.ilura.ApprovalAnswer.Refused;
import dev.ilura.ApprovalAnswer.Unanswered;
import dev.ilura.ApprovalTicket;
import dev.ilura.RiskLane;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ClientDialogue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client may answer its own prompt: that gets it nothing above medium, and a client that cannot ask is no yes. */
class ElicitationApprovalsTest {
    private static final URI PAGE = URI.create("http://localhost:7717");
    private static final ElicitationApprovals ALONE = ElicitationApprovals.atClient();
    private static final ElicitationApprovals BESIDE_PAGE = ALONE.pointingTo(PAGE);

    @Test
    void aFormThatSaysApproveIsAYesInLaneMedium() throws Exception {
        Client client = Client.showing(true, true).answering("{\"decision\":\"approve\"}");
        ApprovalTicket ticket = Tickets.ticket().principal("ada").make();

        assertThat(ALONE.ask(ticket, client)).isInstanceOfSatisfying(Approved.class, approved -> {
            assertThat(approved.ticketDigest()).isEqualTo(ticket.digest());
            assertThat(approved.channel()).isEqualTo("elicitation");
            assertThat(approved.approver()).contains("ada", "client");
            assertThat(approved.evidence()).isEmpty();
        });
        assertThat(client.forms).hasSize(1);
        assertThat(client.forms.get(0)).contains("files/write_file", "writes need a person", "digest");
    }

    @Test
    void theSchemaIsFlatAsTheProtocolAllows() throws Exception {
        Client client = Client.showing(true, true).answering("{\"decision\":\"deny\"}");
        ALONE.ask(Tickets.of(RiskLane.MEDIUM), client);

        JsonValue schema = client.schemas.get(0);
        assertThat(schema.at("/type").orElseThrow().text()).isEqualTo("object");
        schema.at("/properties")
                .orElseThrow()
                .members()
                .values()
                .forEach(property ->
                        assertThat(property.at("/type").orElseThrow().text()).isEqualTo("string"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"decision\":\"deny\"}",
                "{\"decision\":\"Approve\"}",
                "{\"decision\":true}",
                "{\"decision\":[\"approve\"]}",
                "{\"approve\":true}",
                "{\"decision\":\"approve\",\"lane\":\"high\"}",
                "[\"approve\"]",
                "\"approve\""
            })
    void whateverElseIsInTheFormIsNoYes(String content) throws Exception {
        assertThat(ALONE.ask(
                        Tickets.of(RiskLane.MEDIUM), Client.showing(true, true).answering(content)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void declinedAndPutAwayAreNoYes() throws Exception {
        Client client = Client.showing(true, false);
        client.reply = new ClientDialogue.Declined();
        assertThat(ALONE.ask(Tickets.of(RiskLane.MEDIUM), client)).isInstanceOf(Refused.class);
        client.reply = new ClientDialogue.Unanswered("put away");
        assertThat(ALONE.ask(Tickets.of(RiskLane.MEDIUM), client)).isInstanceOf(Unanswered.class);
    }

    /** The bug class: the client, or the model behind it, fills in the form that asks about it. */
    @ParameterizedTest
    @EnumSource(
            value = RiskLane.class,
            names = {"HIGH", "CRITICAL"})
    void aClientThatAnswersItselfGetsNothingAboveMedium(RiskLane lane) throws Exception {
        for (ElicitationApprovals handler : List.of(ALONE, BESIDE_PAGE)) {
            Client client = Client.showing(true, true).answering("{\"decision\":\"approve\"}");
            assertThat(handler.ask(Tickets.of(lane), client)).isInstanceOf(Unanswered.class);
            assertThat(client.forms).as("no form above medium").isEmpty();
        }
    }

    @Test
    void aClientThatAnswersItselfIsNotSeveralPeople() throws Exception {
        Client client = Client.showing(true, true).answering("{\"decision\":\"approve\"}");
        assertThat(BESIDE_PAGE.ask(Tickets.ticket().approvers(2).make(), client))
                .isInstanceOf(Unanswered.class);
        assertThat(client.forms).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = RiskLane.class,
            names = {"HIGH", "CRITICAL"})
    void fromHighOnTheClientIsShownTheWayToThePageAndTheAddressOpensNothing(RiskLane lane) throws Exception {
        Client client = Client.showing(true, true).answering("{}");
        ApprovalTicket ticket = Tickets.of(lane);

        ApprovalAnswer answer = BESIDE_PAGE.ask(ticket, client);

        assertThat(answer).as("opening is no answer").isInstanceOf(Unanswered.class);
        URI opened = client.opened.get(0);
        assertThat(opened.getAuthority()).isEqualTo("localhost:7717");
        assertThat(opened.getQuery()).isNull();
        assertThat(opened.getUserInfo()).isNull();
        assertThat(opened.toString())
                .as("nothing in it is secret")
                .isEqualTo("http://localhost:7717/#" + ticket.digest().substring(0, 12))
                .doesNotContain(ticket.id(), ticket.nonce());
        assertThat(client.pointers.get(0)).contains(lane.label()).doesNotContain("/srv/docs");
    }

    @Test
    void aClientThatCanDoNeitherIsDeniedWithTheWayOut() throws Exception {
        assertThat(ALONE.ask(Tickets.of(RiskLane.MEDIUM), ClientDialogue.none()))
                .isInstanceOfSatisfying(
                        Unanswered.class,
                        none -> assertThat(none.why()).contains("ILR-APPROVAL-007", "\"page\"", "elicitation"));
        assertThat(BESIDE_PAGE.ask(Tickets.of(RiskLane.CRITICAL), Client.showing(true, false)))
                .isInstanceOfSatisfying(
                        Unanswered.class, none -> assertThat(none.why()).contains("ILR-APPROVAL-009", "\"page\""));
        assertThat(ALONE.ask(Tickets.of(RiskLane.MEDIUM)))
                .as("a call from Java")
                .isInstanceOf(Unanswered.class);
    }

    @Test
    void aCallTooLongForAFormGoesToThePage() throws Exception {
        Client client = Client.showing(true, true).answering("{\"decision\":\"approve\"}");
        ApprovalTicket ticket = Tickets.ticket().display("x".repeat(10_000)).make();

        assertThat(BESIDE_PAGE.ask(ticket, client)).isInstanceOf(Unanswered.class);
        assertThat(client.opened).hasSize(1);
        assertThat(ALONE.ask(ticket, client))
                .isInstanceOfSatisfying(
                        Unanswered.class, none -> assertThat(none.why()).contains("ILR-APPROVAL-003"));
        assertThat(client.forms).isEmpty();
    }

    @Test
    void aFormHoldsNoCharacterThatWouldNotBeSeen() throws Exception {
        Client client = Client.showing(true, true).answering("{\"decision\":\"deny\"}");
        ALONE.ask(
                Tickets.ticket()
                        .reason("why\u202E\u001b[2J")
                        .server("fi\u200bles")
                        .display("a\u0007b\u2066c")
                        .make(),
                client);
        assertThat(client.forms.get(0))
                .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}&&[^\\n]]")
                .contains("\\u{202E}");
    }

    @Test
    void aDialogueThatBreaksIsNoYes() throws Exception {
        Client client = Client.showing(true, true);
        client.broken = CompletableFuture.failedFuture(new IllegalStateException("broken"));
        client.breaks = true;
        assertThat(ALONE.ask(Tickets.of(RiskLane.MEDIUM), client)).isInstanceOf(Unanswered.class);
    }

    /** The whole composition: the client asks for the page to be opened, and the answer comes from there. */
    @Test
    void besideThePageTheYesIsGivenThere(@TempDir java.nio.file.Path state) throws Exception {
        try (PageFixture page = new PageFixture(state).paired()) {
            ApprovalHandler both = Approvals.firstOf(List.of(page.page, ALONE));
            Client client = Client.showing(true, true).answering("{}");
            ApprovalTicket ticket = Tickets.of(RiskLane.HIGH);
            FutureTask<ApprovalAnswer> asking = new FutureTask<>(() -> both.ask(ticket, client));
            Thread thread = new Thread(asking);
            thread.setDaemon(true);
            thread.start();
            org.awaitility.Awaitility.await().until(() -> page.calls() == 1 && client.opened.size() == 1);
            assertThat(asking).isNotDone();
            assertThat(client.opened.get(0).toString()).startsWith(page.page.address() + "/#");

            page.click(page.card(0), "approve", Map.of("reason", "a report for finance"))
                    .send();

            assertThat(asking.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            Approved.class,
                            approved -> assertThat(approved.channel()).isEqualTo("page"));
        }
    }

    @Test
    void lanesHandTheClientOn() throws Exception {
        Client client = Client.showing(true, true).answering("{\"decision\":\"approve\"}");
        ApprovalHandler lanes = Approvals.byLane().medium(ALONE).othersDenied();

        assertThat(lanes.ask(Tickets.of(RiskLane.MEDIUM), client)).isInstanceOf(Approved.class);
        assertThat(lanes.ask(Tickets.of(RiskLane.HIGH), client)).isInstanceOf(Unanswered.class);
    }

    /** A client as the wire would show it. */
    private static final class Client implements ClientDialogue {
        private final boolean showsForms;
        private final boolean urls;
        private final List<String> forms = new ArrayList<>();
        private final List<JsonValue> schemas = new ArrayList<>();
        private final List<URI> opened = new ArrayList<>();
        private final List<String> pointers = new ArrayList<>();
        private Reply reply = new ClientDialogue.Unanswered("nothing was scripted");
        private CompletionStage<Reply> broken = new CompletableFuture<>();
        private boolean breaks;

        private Client(boolean forms, boolean urls) {
            this.showsForms = forms;
            this.urls = urls;
        }

        static Client showing(boolean forms, boolean urls) {
            return new Client(forms, urls);
        }

        Client answering(String content) {
            reply = new Accepted(JsonValue.parse(content));
            return this;
        }

        @Override
        public boolean showsForms() {
            return showsForms;
        }

        @Override
        public boolean opensUrls() {
            return urls;
        }

        @Override
        public CompletionStage<Reply> form(String message, JsonValue requestedSchema) {
            forms.add(message);
            schemas.add(requestedSchema);
            return breaks ? broken : CompletableFuture.completedFuture(reply);
        }

        @Override
        public CompletionStage<Reply> url(String id, String message, URI address) {
            opened.add(address);
            pointers.add(message);
            return breaks ? broken : CompletableFuture.completedFuture(reply);
        }
    }
}
