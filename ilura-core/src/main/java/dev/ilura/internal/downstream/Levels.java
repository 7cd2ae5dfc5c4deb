package dev.ilura.internal.downstream;

import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Optional;

/** The levels of log messages, least first. */
final class Levels {
    private static final List<String> ORDER =
            List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

    private Levels() {}

    static boolean isLevel(String text) {
        return ORDER.contains(text);
    }

    /** Whether a log message is of the wanted level or above. */
    static boolean isWanted(Frame message, String wanted) {
        return message.param("/level")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .filter(level -> ORDER.indexOf(level) >= ORDER.indexOf(wanted))
                .isPresent();
    }

    /** Whether a notification may go to a client that wants this level; what is no log message may. */
    static boolean passes(Frame notification, Optional<String> wanted, boolean unasked) {
        return !notification.method().equals("notifications/message")
                || wanted.map(level -> isWanted(notification, level)).orElse(unasked);
    }
}
