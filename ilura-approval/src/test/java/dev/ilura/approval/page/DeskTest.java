package dev.ilura.approval.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.RiskLane;
import dev.ilura.approval.ManualTime;
import dev.ilura.approval.Tickets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class DeskTest {
    private final ManualTime time = new ManualTime(Tickets.ISSUED);
    private final Desk desk = new Desk(time, () -> UUID.randomUUID().toString(), "alice");

    @RepeatedTest(20)
    void ofManyClicksOneCounts() throws Exception {
        Pending pending = desk.place(Tickets.of(RiskLane.MEDIUM)).orElseThrow();
        String card = desk.overview().cards().get(0).id();
        List<String> digests = List.of(pending.ticket().digest());
        time.pass(Duration.ofSeconds(5));
        AtomicInteger counted = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService clickers = Executors.newFixedThreadPool(64);
        for (int i = 0; i < 64; i++) {
            boolean yes = i % 2 == 0;
            clickers.execute(() -> {
                awaitStart(start);
                Ruling ruling = yes ? desk.approve(card, digests, Optional.empty(), Optional.empty()) : desk.deny(card);
                if (ruling.status() == 200) {
                    counted.incrementAndGet();
                }
            });
        }

        start.countDown();
        clickers.shutdown();

        assertThat(clickers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(counted).hasValue(1);
        assertThat(pending.answer()).isCompleted();
        assertThat(desk.overview().cards()).isEmpty();
    }

    @Test
    void anAnswerIsFinal() {
        Pending pending = desk.place(Tickets.of(RiskLane.MEDIUM)).orElseThrow();
        desk.deny(desk.overview().cards().get(0).id());

        desk.withdraw(pending);
        desk.close();
        time.pass(Duration.ofHours(1));

        assertThat(pending.answer().join()).isInstanceOf(ApprovalAnswer.Refused.class);
    }

    @Test
    void aTicketThatIsOverAlreadyIsNeverOpen() {
        time.pass(Duration.ofMinutes(2));
        Pending pending = desk.place(Tickets.of(RiskLane.MEDIUM)).orElseThrow();

        time.pass(Duration.ZERO);

        assertThat(pending.answer().join()).isInstanceOf(ApprovalAnswer.Unanswered.class);
        assertThat(desk.overview().cards()).isEmpty();
    }

    @Test
    void aChangeIsNoticed() throws Exception {
        long seen = desk.overview().version();
        assertThat(desk.awaitChange(seen, Duration.ofMillis(1))).isFalse();

        desk.place(Tickets.of(RiskLane.MEDIUM));

        assertThat(desk.awaitChange(seen, Duration.ofSeconds(10))).isTrue();
    }

    private static void awaitStart(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
