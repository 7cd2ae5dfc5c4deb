package dev.ilura.approval.internal;

import dev.ilura.approval.TerminalApprovals;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.Settings;
import java.util.Optional;

/** The channel {@code terminal}; it has no settings. */
public final class TerminalProvider implements ApprovalHandlerProvider {
    @Override
    public String name() {
        return TerminalApprovals.CHANNEL;
    }

    @Override
    public Optional<ApprovalHandler> create(Settings settings) {
        return Optional.of(TerminalApprovals.onTty());
    }

    @Override
    public boolean check(Settings settings) {
        return true;
    }
}
