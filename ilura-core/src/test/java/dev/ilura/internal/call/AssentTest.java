package dev.ilura.internal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.ApprovalTicket;
import dev.ilura.Arguments;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.internal.call.Assent.Grounds;
import dev.ilura.internal.upstream.UpstreamFailure;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A yes is good for one write of exactly what it was given for, while its time runs on both clocks. */
class AssentTest {
    private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
    private static final RuleRef RULE = new RuleRef("rules[0]", "code");
    private static final Grounds GROUNDS = new Grounds("policy-1", RULE, RiskLane.HIGH, 2);

    private final TwoClocks time = new TwoClocks();
    private final ToolCall call = ToolCall.to("files", tool("write"))
            .serverIdentity("launch-1")
            .arguments(Arguments.of(Map.of("path", "a")))
            .build();
    private final ApprovalTicket ticket = new ApprovalTicket(
            "id",
            "00",
            ISSUED,
            ISSUED.plusSeconds(60),
            "ilura",
            call,
            "policy-1",
            RULE,
            RiskLane.HIGH,
            "why",
            "text",
            2,
            "none");

    private Assent assent() {
        return new Assent(ticket, ticket.digest(), TicketTime.from(ticket, time));
    }

    @Test
    void itServesOnce() {
        Assent assent = assent();
        assertThatCode(() -> assent.use(Optional.of(call), GROUNDS)).doesNotThrowAnyException();
        refused(() -> assent.use(Optional.of(call), GROUNDS), "used already");
        assertThatCode(() -> assent.goOn(Optional.of(call), GROUNDS))
                .as("the same call goes on")
                .doesNotThrowAnyException();
        refused(() -> assent().goOn(Optional.of(call), GROUNDS), "never approved");
        refused(() -> assent.goOn(Optional.empty(), GROUNDS), "not what was approved");
    }

    @Test
    void ofSixtyFourThreadsOneGetsIt() throws Exception {
        for (int round = 0; round < 50; round++) {
            Assent assent = assent();
            CountDownLatch go = new CountDownLatch(1);
            List<FutureTask<Boolean>> racers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                FutureTask<Boolean> racer = new FutureTask<>(() -> {
                    go.await();
                    try {
                        assent.use(Optional.of(call), GROUNDS);
                        return true;
                    } catch (UpstreamFailure second) {
                        return false;
                    }
                });
                racers.add(racer);
                new Thread(racer).start();
            }
            go.countDown();
            int served = 0;
            for (FutureTask<Boolean> racer : racers) {
                served += racer.get() ? 1 : 0;
            }
            assertThat(served).isEqualTo(1);
        }
    }

    @Test
    void whateverChangedSinceIsNotWhatWasAgreedTo() {
        refused(() -> assent().use(Optional.empty(), GROUNDS), "not what was approved");
        refused(() -> assent().use(Optional.of(call.with(Arguments.of(Map.of("path", "b")))), GROUNDS), "not what");
        refused(() -> assent().use(Optional.of(call.reaching("launch-2", call.tool())), GROUNDS), "not what");
        refused(() -> assent().use(Optional.of(call.reaching("launch-1", tool("erase"))), GROUNDS), "not what");
        for (Grounds other : List.of(
                new Grounds("policy-2", RULE, RiskLane.HIGH, 2),
                new Grounds("policy-1", new RuleRef("rules[1]", "code"), RiskLane.HIGH, 2),
                new Grounds("policy-1", RULE, RiskLane.CRITICAL, 2),
                new Grounds("policy-1", RULE, RiskLane.MEDIUM, 2),
                new Grounds("policy-1", RULE, RiskLane.HIGH, 1))) {
            refused(() -> assent().use(Optional.of(call), other), "not what was approved");
        }
    }

    /** A refused try does not use the yes up: whoever changes a byte cannot make the true call fail for good. */
    @Test
    void aRefusedTryLeavesItForTheTrueCall() {
        Assent assent = assent();
        refused(() -> assent.use(Optional.of(call.reaching("launch-2", call.tool())), GROUNDS), "not what");
        assertThatCode(() -> assent.use(Optional.of(call), GROUNDS)).doesNotThrowAnyException();
    }

    @Test
    void itEndsWithItsTimeOnEitherClock() {
        Assent byWall = assent();
        time.wall = ISSUED.plusSeconds(60);
        time.nanos = Duration.ofSeconds(60).toNanos();
        refused(() -> byWall.use(Optional.of(call), GROUNDS), "too late");

        time.wall = ISSUED;
        time.nanos = 0;
        Assent bySteps = assent();
        time.nanos = Duration.ofSeconds(61).toNanos();
        refused(() -> bySteps.use(Optional.of(call), GROUNDS), "too late");
    }

    @Test
    void aClockThatIsSetMakesItVoid() {
        for (long seconds : new long[] {-3600, -6, 6, 50}) {
            time.wall = ISSUED;
            Assent assent = assent();
            time.wall = ISSUED.plusSeconds(seconds);
            refused(() -> assent.use(Optional.of(call), GROUNDS), "The clock was set");
        }
        time.wall = ISSUED;
        Assent assent = assent();
        time.wall = ISSUED.plusSeconds(2);
        assertThatCode(() -> assent.use(Optional.of(call), GROUNDS))
                .as("a clock that is only corrected")
                .doesNotThrowAnyException();
    }

    private static void refused(Runnable use, String why) {
        assertThatThrownBy(use::run).isInstanceOf(UpstreamFailure.class).hasMessageContaining(why);
    }

    private static Tool tool(String name) {
        return Tool.of(JsonValue.of(Map.of("name", name)));
    }

    private static final class TwoClocks implements TimeSource {
        private Instant wall = ISSUED;
        private long nanos;

        @Override
        public Instant now() {
            return wall;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return () -> {};
        }
    }
}
