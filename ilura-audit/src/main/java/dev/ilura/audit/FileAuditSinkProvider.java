package dev.ilura.audit;

import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The provider {@code file}: a log in a directory. Settings: {@code state_dir}, {@code segment_size},
 * {@code queue}, {@code sign_each_record},
 * {@code payloads} (keeps them, encrypted), {@code anchors}.
 */
public final class FileAuditSinkProvider implements AuditSinkProvider {
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
        return Optional.of(payloads ? signing.keepPayloads() : signing);
    }
}
