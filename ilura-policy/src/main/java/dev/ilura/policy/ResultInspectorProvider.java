package dev.ilura.policy;

import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.ResponseInspectorProvider;
import dev.ilura.spi.Settings;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code max_size}, {@code credentials} and {@code provenance}. Selected by the name {@code text}. */
public final class ResultInspectorProvider implements ResponseInspectorProvider {
    /** For {@link java.util.ServiceLoader}. */
    public ResultInspectorProvider() {}

    @Override
    public String name() {
        return "text";
    }

    @Override
    public Optional<ResponseInspector> create(Settings settings) {
        long size = settings.size("max_size").orElse((long) ResultInspector.DEFAULT_MAX_BYTES);
        if (size < 1 || size > Integer.MAX_VALUE) {
            settings.problem("max_size", "A result has at least one byte and less than 2 GiB.", "Write \"4MiB\".");
            return Optional.empty();
        }
        ResultInspector inspector = ResultInspector.create().maxBytes((int) size);
        if (settings.flag("provenance").orElse(false)) {
            inspector = inspector.labelling();
        }
        String credentials = settings.text("credentials").orElse("note");
        for (ResultInspector.Credentials known : ResultInspector.Credentials.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(credentials)) {
                return Optional.of(inspector.credentials(known));
            }
        }
        settings.problem(
                "credentials",
                "\"" + credentials + "\" is nothing that can be done with them.",
                "Write \"note\", \"replace\" or \"pass\".");
        return Optional.empty();
    }
}
