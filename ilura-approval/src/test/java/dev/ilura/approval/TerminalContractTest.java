package dev.ilura.approval;

import dev.ilura.approval.internal.Deadline;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.TimeSource;
import dev.ilura.testkit.ApprovalHandlerContract;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

class TerminalContractTest extends ApprovalHandlerContract {
    @Override
    protected ApprovalHandler agreeing() {
        return terminal(deadline -> Optional.of("y"));
    }

    @Override
    protected ApprovalHandler refusing() {
        return terminal(deadline -> Optional.of("n"));
    }

    @Override
    protected ApprovalHandler silent() {
        return terminal(deadline -> {
            new CountDownLatch(1).await();
            return Optional.empty();
        });
    }

    private static ApprovalHandler terminal(Person person) {
        return new TerminalApprovals(() -> new Session(person), TimeSource.system(), "alice");
    }

    private interface Person {
        Optional<String> types(Deadline deadline) throws InterruptedException;
    }

    private record Session(Person person) implements OperatorTerminal.Session {
        @Override
        public void show(String text) {}

        @Override
        public void discardTypedAhead() {}

        @Override
        public Optional<String> line(Deadline deadline) throws InterruptedException {
            return person.types(deadline);
        }

        @Override
        public void close() {}
    }
}
