package dev.ilura.approval.internal;

import dev.ilura.approval.ElicitationApprovals;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.Settings;
import java.util.Optional;

/** The channel {@code elicitation}; it has no settings, and finds the page if that is a channel too. */
public final class ElicitationProvider implements ApprovalHandlerProvider {
    @Override
    public String name() {
        return ElicitationApprovals.CHANNEL;
    }

    @Override
    public Optional<ApprovalHandler> create(Settings settings) {
        return Optional.of(ElicitationApprovals.atClient());
    }

    @Override
    public boolean check(Settings settings) {
        return true;
    }
}
