package dev.ilura.approval;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.approval.page.ApprovalPage;
import dev.ilura.approval.page.Desk;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.TimeSource;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks on a page in the browser, served on this machine only. The one channel for every lane: medium takes a click, high
 * a typed reason, critical a passkey whose signature is over exactly the call that is shown. If a ticket wants several
 * people, each of them signs.
 *
 * <p>A browser is paired with a code that stands on the operator's terminal. The first passkey is enrolled with another
 * such code, further ones with one that is there.
 *
 * <pre>{@code
 * try (PageApprovals page = PageApprovals.in(Path.of("state")).open()) {
 *     System.err.println("Approvals at " + page.address());
 *     Gateway gateway = Gateway.builder().approvals(page)...
 * }
 * }</pre>
 *
 * <p>What it protects against: other users of the machine, web pages, other local servers. A program that runs as the
 * same user can read the gateway's memory and files; run the gateway as a user of its own where that matters.
 *
 * <p>Thread-safe. {@link #close()} ends the page; what is still open stays unanswered.
 */
public final class PageApprovals implements ApprovalHandler, AutoCloseable {
    /** The channel in answers and in the configuration. */
    public static final String CHANNEL = Desk.CHANNEL;

    /** The port of the page, if it is free. */
    public static final int DEFAULT_PORT = 7717;

    private final ApprovalPage page;

    private PageApprovals(ApprovalPage page) {
        this.page = page;
    }

    /**
     * Starts building a page.
     *
     * @param state the directory of its private files: enrolled passkeys, current codes
     */
    public static Builder in(Path state) {
        return new Builder(state);
    }

    /** Where a browser finds the page: {@code http://localhost:PORT}, by this name only. */
    public URI address() {
        return URI.create(page.address());
    }

    @Override
    public ApprovalAnswer ask(ApprovalTicket ticket) throws InterruptedException {
        return page.ask(ticket);
    }

    @Override
    public void reads(AuditTrail log) {
        page.reads(log);
    }

    @Override
    public void close() {
        page.close();
    }

    /** Collects the choices. Not thread-safe; used once. */
    public static final class Builder {
        private final Path state;
        private @Nullable Integer port;
        private Consumer<String> operator = new OperatorNotice(new DevTty());
        private TimeSource time = TimeSource.system();
        private boolean virtualAuthenticators;

        private Builder(Path state) {
            this.state = Objects.requireNonNull(state, "state");
        }

        /**
         * The port, and no other; zero for any that is free. Without this, {@value #DEFAULT_PORT} or any that is free.
         *
         * @throws IllegalArgumentException if it is no port
         */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("no port: " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Where codes are shown, line by line. Without this, on the controlling terminal, or on standard error if there
         * is none. Whoever sees these lines can pair a browser.
         */
        public Builder operator(Consumer<String> lines) {
            this.operator = Objects.requireNonNull(lines, "lines");
            return this;
        }

        /** For tests: the clock. */
        Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /** For tests: lets passkeys be enrolled that no person holds. */
        Builder acceptVirtualAuthenticators() {
            this.virtualAuthenticators = true;
            return this;
        }

        /**
         * Serves the page.
         *
         * @throws dev.ilura.IluraException ILR-APPROVAL-010, -011 or -012 if that is not possible
         */
        public PageApprovals open() {
            Integer chosen = port;
            return new PageApprovals(ApprovalPage.open(new ApprovalPage.Parts(
                    state,
                    chosen == null ? List.of(DEFAULT_PORT, 0) : List.of(chosen),
                    System.getProperty("user.name", "operator"),
                    operator,
                    new SecureRandom(),
                    time,
                    virtualAuthenticators)));
        }
    }
}
