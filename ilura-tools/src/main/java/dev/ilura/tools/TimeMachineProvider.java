package dev.ilura.tools;

import dev.ilura.spi.Settings;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolsProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Makes {@code tools.time_machine}. */
public final class TimeMachineProvider implements ToolsProvider {
    /** For {@link java.util.ServiceLoader}. */
    public TimeMachineProvider() {}

    @Override
    public String name() {
        return "time_machine";
    }

    @Override
    public Optional<ToolProvider> create(Settings settings) {
        Optional<Path> directory = settings.path("directory")
                .or(() -> settings.path("state_dir").map(state -> state.resolve("time_machine")));
        if (directory.isEmpty()) {
            settings.problem("directory", "The time machine needs a place for its store.", "Set directory.");
            return Optional.empty();
        }
        Within within = new Within(settings);
        return Optional.of(TimeMachine.in(directory.get())
                .keeping(
                        within.time("keep_for", Duration.ofDays(30)),
                        within.size("keep_bytes", Long.MAX_VALUE, 2L << 30))
                .snapshotsUpTo(
                        within.count("max_entries", Integer.MAX_VALUE, 50_000),
                        within.size("max_bytes", Long.MAX_VALUE, 1L << 30)));
    }
}
