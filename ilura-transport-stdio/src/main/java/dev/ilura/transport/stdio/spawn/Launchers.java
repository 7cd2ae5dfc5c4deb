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

    static boolean known(String name) {
        return GRAMMARS.containsKey(name);
    }

    static Optional<Grammar> grammar(String name) {
        return Optional.ofNullable(GRAMMARS.get(name));
    }
}
