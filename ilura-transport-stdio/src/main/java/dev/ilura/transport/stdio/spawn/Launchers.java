package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The launchers that there is a grammar for. */
public final class Launchers {
    private static final List<String> NAMES = Lists.lines("launchers.list");
    private static final Map<String, Grammar> GRAMMARS =
            NAMES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), Grammar::of));

    private Launchers() {}

    /** Their names. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * How a good command line of a launcher looks.
     *
     * @param command as written; a path or a Windows suffix does not matter
     */
    public static Optional<String> safeForm(String command) {
        return grammar(called(command)).map(Grammar::safe);
    }

    /** The launcher that a command is meant for, by its name alone; only for messages. */
    static String called(String command) {
        return command.substring(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1)
                .replaceFirst("(?i)\\.(exe|cmd)$", "");
    }

    static boolean known(String name) {
        return GRAMMARS.containsKey(name);
    }

    static Optional<Grammar> grammar(String name) {
        return Optional.ofNullable(GRAMMARS.get(name));
    }
}
