package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static dev.ilura.pipeline.Outcomes.denied;
import static dev.ilura.pipeline.Outcomes.failed;
import static dev.ilura.pipeline.Outcomes.notApproved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Effect;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A yes is bound to every bit of what it was given for, through the whole pipeline, and serves once. */
class TicketBindingTest {
    private static final Map<String, ?> ARGUMENTS = Map.of("path", "/srv/docs/a.md", "amount", 900);
    private static final String REASON = "restoring the lost notes";

    private static ApprovalAnswer yes(String digest) {
        return new ApprovalAnswer.Approved(
                digest, "ada", "test", Optional.of(REASON), Optional.of(JsonValue.parse("{\"passkey\":1}")));
    }

    /** Every ticket that differs from this one in one bit, by what the bit belongs to. */
    private static Map<String, List<ApprovalTicket>> flipped(ApprovalTicket ticket) {
        Map<String, List<ApprovalTicket>> all = new LinkedHashMap<>();
        ToolCall call = ticket.call();
        all.put("approval id", each(ticket.id(), id -> with(ticket, id, ticket.nonce(), ticket.logHead())));
        all.put("nonce", each(ticket.nonce(), nonce -> with(ticket, ticket.id(), nonce, ticket.logHead())));
        all.put("log head", each(ticket.logHead(), head -> with(ticket, ticket.id(), ticket.nonce(), head)));
        all.put("expiry", times(ticket));
        all.put("call", each(call.id(), id -> ticket.forCall(copy(call).id(id).build())));
        all.put(
                "session",
                each(
                        call.session(),
                        text -> ticket.forCall(copy(call).session(text).build())));
        all.put(
                "pod",
                each(call.pod(), pod -> ticket.forCall(copy(call).pod(pod).build())));
        all.put(
                "principal",
                each(
                        call.principal(),
                        who -> ticket.forCall(copy(call).principal(who).build())));
        all.put(
                "server",
                each(
                        call.server(),
                        name -> ticket.forCall(copy(name, call, call.tool()).build())));
        all.put("identity", each(call.serverIdentity(), id -> ticket.forCall(call.reaching(id, call.tool()))));
        all.put("tool", each(call.tool().json().raw(), json -> tool(ticket, json)));
        all.put("arguments", each(call.arguments().json().raw(), json -> arguments(ticket, json)));
        all.put(
                "policy",
                each(ticket.policyVersion(), version -> under(ticket, version, ticket.rule(), ticket.lane(), 1)));
        all.put(
                "rule",
                each(
                        ticket.rule().id(),
                        id -> under(
                                ticket,
                                ticket.policyVersion(),
                                new RuleRef(id, ticket.rule().origin()),
                                ticket.lane(),
                                1)));
        List<ApprovalTicket> lanes = new ArrayList<>();
        for (RiskLane lane : RiskLane.values()) {
            if (lane != ticket.lane()) {
                lanes.add(under(ticket, ticket.policyVersion(), ticket.rule(), lane, 1));
            }
        }
        all.put("lane", lanes);
        all.put("approvers", List.of(under(ticket, ticket.policyVersion(), ticket.rule(), ticket.lane(), 2)));
        return all;
    }

    @Test
    void anAnswerToATicketThatDiffersInOneBitIsNoYes() {
        AtomicReference<Function<ApprovalTicket, String>> answering = new AtomicReference<>(ApprovalTicket::digest);
        AtomicReference<ApprovalTicket> asked = new AtomicReference<>();
        try (Gate gate = asking(ticket -> {
            asked.set(ticket);
            return yes(answering.get().apply(ticket));
        })) {
            completed(gate.call("write", ARGUMENTS));
            int tried = 0;
            for (Map.Entry<String, List<ApprovalTicket>> part :
                    flipped(asked.get()).entrySet()) {
                assertThat(part.getValue()).as(part.getKey()).isNotEmpty();
                for (int at = 0; at < part.getValue().size(); at++) {
                    int index = at;
                    // What is drawn anew for each call is flipped in the very ticket that is asked.
                    answering.set(ticket ->
                            flipped(ticket).get(part.getKey()).get(index).digest());
                    notApproved(gate.call("write", ARGUMENTS), "ILR-ASK-003");
                    tried++;
                }
            }
            assertThat(tried).isGreaterThan(1_500);
            assertThat(gate.files.calls()).as("the one true yes").hasSize(1);
            System.out.printf("one bit of the ticket flipped: %d tried, %d denied%n", tried, tried);
        }
    }

    /** The attack: memory of the gate itself is changed after the yes, each bit of the arguments in turn. */
    @Test
    void everyBitOfTheArgumentsThatChangesAfterTheYesIsNoticedBeforeTheWrite() {
        byte[] bytes = Arguments.of(ARGUMENTS).bytes();
        AtomicReference<Integer> bit = new AtomicReference<>(0);
        try (Gate gate = asking(ticket -> {
            ApprovalAnswer answer = yes(ticket.digest());
            flip(ticket.call().arguments().json(), bit.get());
            return answer;
        })) {
            for (int at = 0; at < bytes.length * 8; at++) {
                bit.set(at);
                CallOutcome outcome = gate.call("write", ARGUMENTS);
                assertThat(outcome).as("bit " + at).isInstanceOf(CallOutcome.Failed.class);
                assertThat(((CallOutcome.Failed) outcome).effect()).isEqualTo(Effect.NONE);
            }
            assertThat(gate.files.calls()).isEmpty();
            System.out.printf(
                    "one bit of the arguments flipped after approval: %d tried, none sent%n", bytes.length * 8);
        }
    }

    @Test
    void everyBitOfThePolicyVersionThatChangesAfterTheYesIsNoticedBeforeTheWrite() {
        Gate[] gate = new Gate[1];
        AtomicReference<String> changed = new AtomicReference<>("");
        gate[0] = asking(ticket -> {
            gate[0].policy.version(changed.get());
            return yes(ticket.digest());
        });
        try (Gate open = gate[0]) {
            String version = open.policy.version();
            for (String other : flips(version)) {
                open.policy.version(version);
                changed.set(other);
                denied(open.call("write", ARGUMENTS), "ILR-CALL-018");
            }
            assertThat(open.files.calls()).isEmpty();
        }
    }

    /** Later still: the intent is on record already, and the policy changes before the bytes are written. */
    @Test
    void aPolicyThatChangesBeforeTheWriteIsNoticedAtTheWrite() {
        try (Gate gate = asking(ticket -> yes(ticket.digest()))) {
            gate.log.holding(event -> event.type() == dev.ilura.AuditEvent.Type.DISPATCH);
            CompletableFuture<CallOutcome> call = gate.start("write");
            Gate.until(() -> gate.log.events(dev.ilura.AuditEvent.Type.DISPATCH).size() == 1);
            gate.policy.version("policy-2");
            gate.log.acknowledge();
            failed(Gate.outcome(call), "ILR-CALL-011", Effect.NONE);
            assertThat(gate.files.calls()).isEmpty();
        }
    }

    @Test
    void oneYesForSixtyFourCallsAtOnceLetsOneHappen() {
        int calls = 64;
        CountDownLatch allAsked = new CountDownLatch(calls);
        AtomicReference<String> first = new AtomicReference<>("");
        try (Gate gate = Gate.with(builder -> builder.limits(new dev.ilura.Limits(
                        java.time.Duration.ofSeconds(60),
                        java.time.Duration.ofSeconds(60),
                        java.time.Duration.ofSeconds(30),
                        256,
                        256,
                        1024,
                        calls))
                .approvals(ticket -> {
                    first.compareAndSet("", ticket.digest());
                    allAsked.countDown();
                    allAsked.await();
                    return yes(first.get());
                }))) {
            gate.policy.deciding(TestPolicy.ask(RiskLane.MEDIUM));
            List<CompletableFuture<CallOutcome>> running = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                running.add(
                        gate.gateway().callAsync("files", "write", ARGUMENTS).toCompletableFuture());
            }
            long happened = running.stream()
                    .map(Gate::outcome)
                    .filter(CallOutcome::isCompleted)
                    .count();
            assertThat(happened).isEqualTo(1);
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void aYesFromBeforeARestartIsNone() {
        ConcurrentLinkedQueue<ApprovalAnswer> old = new ConcurrentLinkedQueue<>();
        try (Gate before = asking(ticket -> {
            old.add(yes(ticket.digest()));
            return old.peek();
        })) {
            completed(before.call("write", ARGUMENTS));
        }
        for (int i = 0; i < 20; i++) {
            try (Gate after = asking(ticket -> old.element())) {
                notApproved(after.call("write", ARGUMENTS), "ILR-ASK-003");
                assertThat(after.files.calls()).isEmpty();
            }
        }
    }

    /** An operator calls the tool repeatable; the yes is for one write all the same. */
    @Test
    void aYesIsNotSpentTwiceWhenTheTransportFails() {
        try (Gate gate = asking(ticket -> yes(ticket.digest()))) {
            gate.policy.deciding(new dev.ilura.Decision.Ask(
                    TestPolicy.RULE, RiskLane.MEDIUM, "why", TestPolicy.idempotent(), List.of()));
            gate.files.tool("write", dev.ilura.testkit.ScriptedCall::die);
            assertThat(gate.call("write", ARGUMENTS)).isInstanceOf(CallOutcome.Failed.class);
            assertThat(gate.files.calls()).hasSize(1);
        }
    }

    @Test
    void twoApproversAreTwoDifferentPeopleAndNotTheCaller() {
        AtomicReference<List<String>> people = new AtomicReference<>(List.of());
        try (Gate gate = Gate.approving(ticket -> new ApprovalAnswer.Approved(
                ticket.digest(), "x", "test", Optional.of(REASON), Optional.empty(), people.get()))) {
            gate.policy.deciding(TestPolicy.ask(RiskLane.HIGH, 2));
            for (List<String> tooFew : List.of(
                    List.<String>of(),
                    List.of("ada"),
                    List.of("ada", "ada"),
                    List.of("ada", "ADA "),
                    List.of("ada", "\uff41da"),
                    List.of("ada", "local"),
                    List.of("ada", " "))) {
                people.set(tooFew);
                notApproved(gate.call("write", ARGUMENTS), "ILR-ASK-009");
            }
            assertThat(gate.files.calls()).isEmpty();
            people.set(List.of("ada", "ben"));
            completed(gate.call("write", ARGUMENTS));
        }
    }

    @Test
    void aClockThatIsSetWhileTheHumanReadsIsNoYes() {
        for (int hours : new int[] {-1, 1}) {
            Gate[] gate = new Gate[1];
            gate[0] = asking(ticket -> {
                gate[0].time.step(java.time.Duration.ofSeconds(hours * 20L));
                return yes(ticket.digest());
            });
            try (Gate open = gate[0]) {
                notApproved(open.call("write", ARGUMENTS), "ILR-ASK-008");
                assertThat(open.files.calls()).isEmpty();
            }
        }
    }

    private static Gate asking(dev.ilura.spi.ApprovalHandler handler) {
        Gate gate = Gate.approving(handler);
        gate.policy.deciding(TestPolicy.ask(RiskLane.HIGH));
        return gate;
    }

    /** All texts that differ in one bit of one of the seven that ASCII has. */
    private static List<String> flips(String text) {
        List<String> all = new ArrayList<>();
        for (int at = 0; at < text.length(); at++) {
            for (int bit = 0; bit < 7; bit++) {
                char[] chars = text.toCharArray();
                chars[at] ^= (char) (1 << bit);
                all.add(new String(chars));
            }
        }
        return all;
    }

    /** What is no longer a ticket (its JSON is broken) is left out: nobody can agree to it. */
    private static List<ApprovalTicket> each(String text, Function<String, ApprovalTicket> ticket) {
        List<ApprovalTicket> all = new ArrayList<>();
        for (String other : flips(text)) {
            try {
                all.add(ticket.apply(other));
            } catch (MalformedJsonException
                    | IllegalArgumentException
                    | IllegalStateException
                    | java.util.NoSuchElementException broken) {
                // nobody can be asked about it
            }
        }
        return all;
    }

    private static List<ApprovalTicket> times(ApprovalTicket ticket) {
        List<ApprovalTicket> all = new ArrayList<>();
        for (int bit = 0; bit < 40; bit++) {
            long expiry = ticket.expiresAt().toEpochMilli() ^ (1L << bit);
            if (expiry > ticket.issuedAt().toEpochMilli()) {
                all.add(new ApprovalTicket(
                        ticket.id(),
                        ticket.nonce(),
                        ticket.issuedAt(),
                        java.time.Instant.ofEpochMilli(expiry),
                        ticket.gateway(),
                        ticket.call(),
                        ticket.policyVersion(),
                        ticket.rule(),
                        ticket.lane(),
                        ticket.reason(),
                        ticket.display(),
                        ticket.approvers(),
                        ticket.logHead()));
            }
        }
        return all;
    }

    private static ApprovalTicket with(ApprovalTicket ticket, String id, String nonce, String logHead) {
        return new ApprovalTicket(
                id,
                nonce,
                ticket.issuedAt(),
                ticket.expiresAt(),
                ticket.gateway(),
                ticket.call(),
                ticket.policyVersion(),
                ticket.rule(),
                ticket.lane(),
                ticket.reason(),
                ticket.display(),
                ticket.approvers(),
                logHead);
    }

    private static ApprovalTicket under(
            ApprovalTicket ticket, String version, RuleRef rule, RiskLane lane, int people) {
        return ticket.under(ticket.call(), version, rule, lane, people);
    }

    private static ApprovalTicket tool(ApprovalTicket ticket, String json) {
        return ticket.forCall(ticket.call().reaching(ticket.call().serverIdentity(), Tool.of(JsonValue.parse(json))));
    }

    private static ApprovalTicket arguments(ApprovalTicket ticket, String json) {
        return ticket.forCall(ticket.call().with(Arguments.of(JsonValue.parse(json))));
    }

    private static ToolCall.Builder copy(ToolCall call) {
        return copy(call.server(), call, call.tool());
    }

    private static ToolCall.Builder copy(String server, ToolCall call, Tool tool) {
        return ToolCall.to(server, tool)
                .id(call.id())
                .session(call.session())
                .pod(call.pod())
                .principal(call.principal())
                .serverIdentity(call.serverIdentity())
                .arguments(call.arguments());
    }

    private static void flip(JsonValue json, int bit) {
        try {
            Field text = JsonValue.class.getDeclaredField("text");
            Field start = JsonValue.class.getDeclaredField("start");
            text.setAccessible(true);
            start.setAccessible(true);
            byte[] bytes = (byte[]) text.get(json);
            bytes[(int) start.get(json) + bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).isNotEmpty();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the test no longer finds the bytes", e);
        }
    }
}
