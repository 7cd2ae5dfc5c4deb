package dev.ilura.internal.upstream;

import dev.ilura.internal.upstream.Lines.Lease;
import dev.ilura.internal.wire.Era;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** By which of a server's lines somebody reaches it. Thread-safe. */
public interface Way {
    /** The line whose lists the caller sees and by which its calls are judged. */
    Line line(Upstream upstream);

    /** The line for one call. Fails with {@link UpstreamFailure}. */
    CompletableFuture<Lease> lend(Upstream upstream);

    /** The way of all that cannot be asked. */
    static Way shared() {
        return of(upstream -> upstream.lines().shared());
    }

    /** The way of a handshake client that can be asked something, or wants log messages. */
    static Way own(Caller client) {
        return of(upstream -> upstream.lines().own(client));
    }

    /** The way of a call of 2026-07-28 whose client can be asked something. */
    static Way lent(Caller caller) {
        return new Way() {
            @Override
            public Line line(Upstream upstream) {
                return needed(upstream)
                        ? upstream.lines().like(caller).orElseGet(upstream.lines()::shared)
                        : upstream.lines().shared();
            }

            @Override
            public CompletableFuture<Lease> lend(Upstream upstream) {
                return needed(upstream) && upstream.lines().like(caller).isPresent()
                        ? upstream.lines().lend(caller)
                        : CompletableFuture.completedFuture(
                                Lease.of(upstream.lines().shared()));
            }

            // As long as it is not known what a server speaks, the shared line finds out.
            private boolean needed(Upstream upstream) {
                return upstream.era().equals(Optional.of(Era.HANDSHAKE))
                        || (upstream.mixesLogs() && caller.logLevel().isPresent());
            }
        };
    }

    private static Way of(java.util.function.Function<Upstream, Line> choice) {
        return new Way() {
            @Override
            public Line line(Upstream upstream) {
                return choice.apply(upstream);
            }

            @Override
            public CompletableFuture<Lease> lend(Upstream upstream) {
                return CompletableFuture.completedFuture(Lease.of(choice.apply(upstream)));
            }
        };
    }
}
