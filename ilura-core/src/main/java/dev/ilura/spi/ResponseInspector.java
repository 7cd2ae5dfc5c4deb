package dev.ilura.spi;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.util.Objects;

/** Looks at a result before the caller does. Thread-safe. An exception or null withholds the result. */
@FunctionalInterface
public interface ResponseInspector {

    /**
     * What becomes of a server's answer to {@code call}.
     *
     * @param result its {@code result} member; its {@code error} member if it answered with an error
     */
    Inspection inspect(ToolCall call, JsonValue result);

    /** The finding. */
    sealed interface Inspection {}

    /** Passes as it is. */
    record Pass() implements Inspection {}

    /**
     * Passes in changed form.
     *
     * @param result the new result
     * @param note what was changed, one sentence for the log
     */
    record Changed(JsonValue result, String note) implements Inspection {
        public Changed {
            Objects.requireNonNull(result, "result");
            Objects.requireNonNull(note, "note");
        }
    }

    /** Does not pass. */
    record Withheld(String code, String reason) implements Inspection {
        public Withheld {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
