package dev.ilura.adapter.postgresql;

import dev.ilura.Secret;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The provider {@code postgresql}. Settings: {@code url} ({@code jdbc:postgresql://...}), {@code user}, {@code password},
 * {@code gateway} (names the log in the database), {@code state_dir} (for the keys), {@code queue}, {@code patience},
 * {@code anchor_others_every}.
 */
public final class PostgresAuditSinkProvider implements AuditSinkProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PostgresAuditSinkProvider() {}

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public Optional<AuditSink> create(Settings settings) {
        return configured(settings).map(PostgresAuditLog.Builder::open);
    }

    @Override
    public boolean check(Settings settings) {
        configured(settings);
        return true;
    }

    private static Optional<PostgresAuditLog.Builder> configured(Settings settings) {
        Optional<Path> dir = settings.path("state_dir");
        Optional<String> gateway = settings.text("gateway");
        Optional<PGSimpleDataSource> source = source(settings);
        Optional<Long> queue = settings.integer("queue");
        Optional<Duration> patience = settings.duration("patience");
        Optional<Duration> every = settings.duration("anchor_others_every");
        if (gateway.isEmpty()) {
            settings.problem("gateway", "The log has no name in the database.", "Write gateway = \"laptop-1\".");
        }
        if (queue.isPresent() && (queue.get() < 1 || queue.get() > 1_000_000)) {
            settings.problem("queue", "The queue holds 1 to 1,000,000 events.", "Write for example queue = 16384.");
            return Optional.empty();
        }
        if (dir.isEmpty() || gateway.isEmpty() || source.isEmpty()) {
            return Optional.empty();
        }
        PostgresAuditLog.Builder builder =
                PostgresAuditLog.in(source.get(), gateway.get(), dir.get().resolve("keys"));
        queue.ifPresent(events -> builder.queueBound(events.intValue()));
        patience.ifPresent(builder::patience);
        every.ifPresent(builder::anchorOthersEvery);
        return Optional.of(builder);
    }

    private static Optional<PGSimpleDataSource> source(Settings settings) {
        Optional<String> url = settings.text("url");
        Optional<String> user = settings.text("user");
        Optional<Secret> password = settings.secret("password");
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setURL(url.orElse(""));
        } catch (IllegalArgumentException e) {
            settings.problem(
                    "url", "The database has no address.", "Write url = \"jdbc:postgresql://host:5432/database\".");
            return Optional.empty();
        }
        user.ifPresent(source::setUser);
        password.ifPresent(secret -> source.setPassword(secret.revealToItsOneUse()));
        return Optional.of(source);
    }
}
