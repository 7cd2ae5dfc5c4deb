package dev.ilura.audit;

import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.Settings;
import dev.ilura.text.VisibleText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The provider {@code file}: a log in a directory. Settings: {@code state_dir}, {@code segment_size},
 * {@code queue}, {@code sign_each_record}, {@code payloads} (keeps them, encrypted), {@code payload_key} (session or
 * subject), {@code hide} (facts that are only committed to), {@code key_epoch} (how long a signing key lives),
 * {@code when_full} (deny or let_go), {@code anchors}.
 */
public final class FileAuditSinkProvider implements AuditSinkProvider {
    /** A key signs no more records than this, however long its epoch. */
    private static final long EPOCH_RECORDS = 1_000_000;

    /** For {@link java.util.ServiceLoader}. */
    public FileAuditSinkProvider() {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Optional<AuditSink> create(Settings settings) {
        return configured(settings).map(AuditLog.Builder::open);
    }

    @Override
    public boolean check(Settings settings) {
        configured(settings);
        return true;
    }

    private static Optional<AuditLog.Builder> configured(Settings settings) {
        Optional<Path> dir = settings.path("state_dir");
        Optional<Long> segment = settings.size("segment_size");
        Optional<Long> queue = settings.integer("queue");
        boolean signEach = settings.flag("sign_each_record").orElse(false);
        boolean payloads = settings.flag("payloads").orElse(false);
        List<Anchor> anchors = AnchorSettings.anchors(settings);
        if (dir.isEmpty()) {
            settings.problem("state_dir", "The log has no directory.", "Write state_dir = \"state\".");
            return Optional.empty();
        }
        AuditLog.Builder builder = AuditLog.at(dir.get());
        anchors.forEach(builder::anchor);
        try {
            segment.ifPresent(builder::segmentBytes);
        } catch (IllegalArgumentException e) {
            settings.problem(
                    "segment_size", "A segment has 128KiB to 1GiB.", "Write for example segment_size = \"64MiB\".");
            return Optional.empty();
        }
        if (queue.isPresent() && (queue.get() < 1 || queue.get() > 1_000_000)) {
            settings.problem("queue", "The queue holds 1 to 1,000,000 events.", "Write for example queue = 16384.");
            return Optional.empty();
        }
        queue.ifPresent(events -> builder.queueBound(events.intValue()));
        AuditLog.Builder signing = signEach ? builder.signEachRecord() : builder;
        return more(settings, payloads, signing);
    }

    private static Optional<AuditLog.Builder> more(Settings settings, boolean payloads, AuditLog.Builder builder) {
        Optional<String> scope = word(settings, "payload_key", "session", "subject");
        Optional<String> whenFull = word(settings, "when_full", "deny", "let_go");
        Optional<Duration> epoch = settings.duration("key_epoch");
        List<String> hidden = settings.texts("hide");
        if (scope.isEmpty() || whenFull.isEmpty()) {
            return Optional.empty();
        }
        if (payloads) {
            builder.keepPayloads(scope.get().equals("subject") ? PayloadScope.SUBJECT : PayloadScope.SESSION);
        }
        if (whenFull.get().equals("let_go")) {
            builder.letCallsGoUnrecorded();
        }
        try {
            epoch.ifPresent(time -> builder.epochs(time, EPOCH_RECORDS));
            builder.hide(hidden.toArray(String[]::new));
            return Optional.of(builder);
        } catch (IllegalArgumentException e) {
            settings.problem(
                    epoch.filter(Duration::isNegative).isPresent() ? "key_epoch" : "hide",
                    e.getMessage() + ".",
                    "Write for example key_epoch = \"24h\" and hide = [\"principal\"].");
            return Optional.empty();
        }
    }

    /** The setting, or its first choice if it is not there; empty if it is none of them. */
    private static Optional<String> word(Settings settings, String key, String first, String second) {
        String word = settings.text(key).orElse(first);
        if (word.equals(first) || word.equals(second)) {
            return Optional.of(word);
        }
        settings.problem(
                key,
                "It is \"" + VisibleText.oneLine(word) + "\".",
                "Write " + key + " = \"" + first + "\" or \"" + second + "\".");
        return Optional.empty();
    }
}
