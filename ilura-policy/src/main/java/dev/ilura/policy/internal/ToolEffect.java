package dev.ilura.policy.internal;

import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a tool does to the world, by its name and by what its server admits. Annotations are claims of the server: they
 * can make a tool more suspect, never less.
 */
public enum ToolEffect {
    /** Nothing says that it changes anything. */
    READS,
    /** It changes or creates something. */
    WRITES,
    /** It removes something, or runs code. */
    DESTROYS;

    private static final Set<String> WRITING = Set.of(
            "write",
            "edit",
            "create",
            "move",
            "rename",
            "copy",
            "append",
            "update",
            "put",
            "set",
            "insert",
            "upload",
            "mkdir",
            "touch",
            "patch",
            "replace",
            "save",
            "chmod",
            "chown",
            "apply",
            "modify",
            "add",
            "push",
            "commit",
            "send",
            "post",
            "publish",
            "merge",
            "fork",
            "reply",
            "comment",
            "invite",
            "grant",
            "assign",
            "transfer",
            "pay",
            "buy",
            "order",
            "book",
            "import",
            "install",
            "enable",
            "start",
            "store",
            "submit",
            "mv",
            "cp",
            "click",
            "type",
            "fill",
            "press",
            "sync",
            "restore",
            "reset");

    private static final Set<String> DESTROYING = Set.of(
            "delete",
            "remove",
            "drop",
            "destroy",
            "truncate",
            "unlink",
            "rm",
            "rmdir",
            "kill",
            "purge",
            "wipe",
            "erase",
            "revoke",
            "cancel",
            "terminate",
            "uninstall",
            "disable",
            "execute",
            "exec",
            "run",
            "eval",
            "shell",
            "stop");

    /** The stricter of what the name and what the annotations say. */
    public static ToolEffect of(Tool tool) {
        ToolEffect byName = byName(tool.name());
        ToolEffect admitted = admitted(tool);
        return byName.compareTo(admitted) >= 0 ? byName : admitted;
    }

    private static ToolEffect byName(String name) {
        ToolEffect effect = READS;
        for (String word : words(name)) {
            if (DESTROYING.contains(word)) {
                return DESTROYS;
            }
            if (WRITING.contains(word)) {
                effect = WRITES;
            }
        }
        return effect;
    }

    private static ToolEffect admitted(Tool tool) {
        Optional<JsonValue> hints = tool.json().member("annotations");
        if (isSetTo(hints, "destructiveHint", true) && isSetTo(hints, "readOnlyHint", false)) {
            return DESTROYS;
        }
        return isSetTo(hints, "readOnlyHint", false) ? WRITES : READS;
    }

    private static boolean isSetTo(Optional<JsonValue> hints, String name, boolean wanted) {
        return hints.flatMap(all -> all.member(name))
                .filter(JsonValue::isBoolean)
                .filter(hint -> hint.flag() == wanted)
                .isPresent();
    }

    /** {@code readTextFile}, {@code read-text-file} and {@code read_text_file} are the same words. */
    public static String[] words(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT)
                .split("[^a-z0-9]+");
    }
}
