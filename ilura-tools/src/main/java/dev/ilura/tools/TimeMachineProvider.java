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
        try {
            return Optional.of(TimeMachine.in(directory.get())
                    .keeping(
                            settings.duration("keep_for").orElse(Duration.ofDays(30)),
                            settings.size("keep_bytes").orElse(2L << 30))
                    .snapshotsUpTo(
                            (int) Math.min(
                                    Integer.MAX_VALUE,
                                    settings.integer("max_entries").orElse(50_000L)),
                            settings.size("max_bytes").orElse(1L << 30)));
        } catch (IllegalArgumentException e) {
            settings.problem("", "time_machine cannot be set up so: " + e.getMessage() + ".", "Correct it.");
            return Optional.empty();
        }
    }
}
