package dev.ilura.adapter.postgresql;

import dev.ilura.Secret;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The provider {@code postgresql}. Settings: {@code url} ({@code jdbc:postgresql://...}), {@code user}, {@code password},
 * {@code gateway} (names the log in the database), {@code state_dir} (for the keys), {@code queue}, {@code patience},
 * {@code anchor_others_every}.
 *
 * <p>What only the sink {@code file} does is refused, not passed over: whoever asks for rotating keys, kept payloads, hidden
 * facts, a signature of each record, calls that go on unrecorded, or anchors must not believe that he has them.
 */
public final class PostgresAuditSinkProvider implements AuditSinkProvider {
    /** Settings of the sink {@code file}, and what is missed without them. */
    private static final Map<String, String> ONLY_IN_FILES = Map.of(
            "segment_size", "It has no segments.",
            "sign_each_record", "It signs each batch, not each record.",
            "payloads", "It keeps no payloads, only salted commitments to them.",
            "payload_key", "It keeps no payloads, only salted commitments to them.",
            "hide", "It keeps every fact in clear.",
            "key_epoch", "Its keys do not rotate.",
            "when_full", "It denies what it cannot record.",
            "anchors", "Its checkpoints are remembered by the other logs of the database only.");

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
        boolean asksTooMuch = refuseWhatOnlyFilesDo(settings);
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
        if (asksTooMuch || dir.isEmpty() || gateway.isEmpty() || source.isEmpty()) {
            return Optional.empty();
        }
        PostgresAuditLog.Builder builder =
                PostgresAuditLog.in(source.get(), gateway.get(), dir.get().resolve("keys"));
        queue.ifPresent(events -> builder.queueBound(events.intValue()));
        patience.ifPresent(builder::patience);
        every.ifPresent(builder::anchorOthersEvery);
        return Optional.of(builder);
    }

    private static boolean refuseWhatOnlyFilesDo(Settings settings) {
        Set<String> asked = new TreeSet<>(settings.keys());
        asked.retainAll(ONLY_IN_FILES.keySet());
        asked.forEach(key -> settings.problem(
                key,
                "The sink \"postgresql\" does not do this. " + ONLY_IN_FILES.get(key),
                "Remove it, or write sink = \"file\"."));
        return !asked.isEmpty();
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
