package dev.ilura.approval.internal;

import dev.ilura.approval.PageApprovals;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** The channel {@code page}: {@code state_dir} (needed) and {@code port}. */
public final class PageProvider implements ApprovalHandlerProvider {
    private static final int MAX_PORT = 65_535;

    @Override
    public String name() {
        return PageApprovals.CHANNEL;
    }

    @Override
    public Optional<ApprovalHandler> create(Settings settings) {
        return configured(settings).map(PageApprovals.Builder::open);
    }

    @Override
    public boolean check(Settings settings) {
        configured(settings);
        return true;
    }

    private static Optional<PageApprovals.Builder> configured(Settings settings) {
        Optional<Path> state = settings.path("state_dir");
        Optional<Long> port = settings.integer("port");
        boolean portFits = port.isEmpty() || (port.get() >= 0 && port.get() <= MAX_PORT);
        if (state.isEmpty()) {
            settings.problem("state_dir", "The approval page has no directory for its passkeys.", "Name one.");
        }
        if (!portFits) {
            settings.problem("port", "This is no port.", "Write a number from 0 (any free one) to " + MAX_PORT + ".");
        }
        if (state.isEmpty() || !portFits) {
            return Optional.empty();
        }
        PageApprovals.Builder page = PageApprovals.in(state.get());
        port.ifPresent(number -> page.port(number.intValue()));
        return Optional.of(page);
    }
}
