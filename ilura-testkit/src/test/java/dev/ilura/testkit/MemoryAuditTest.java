package dev.ilura.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The log in memory holds the contract of every log, and refuses and holds back on demand. */
class MemoryAuditTest extends AuditSinkContract {
    private final MemoryAudit log = new MemoryAudit();

    @Override
    protected AuditSink open() {
        return new MemoryAudit();
    }

    private CompletableFuture<AuditReceipt> append(String gateway) {
        return log.append(
                        AuditEvent.of(AuditEvent.Type.GATEWAY_OPEN)
                                .fact("gateway", gateway)
                                .build(),
                        Acknowledgement.DURABLE)
                .toCompletableFuture();
    }

    @Test
    void whatItIsToldToRefuseItDoesNotHold() {
        log.refusing(event -> event.text("gateway").orElse("").equals("b"));
        assertThat(append("a")).isCompleted();
        assertThat(append("b")).isCompletedExceptionally();
        assertThat(append("c").join().number()).isEqualTo(1);
        assertThat(log.events()).hasSize(2);
    }

    @Test
    void whatItHoldsBackIsTakenAndAcknowledgedLater() {
        log.holding(event -> true);
        CompletableFuture<AuditReceipt> word = append("a");
        assertThat(log.events()).hasSize(1);
        assertThat(word).isNotDone();
        log.acknowledge();
        assertThat(word).isCompleted();
        assertThat(append("b")).isCompleted();
    }
}
