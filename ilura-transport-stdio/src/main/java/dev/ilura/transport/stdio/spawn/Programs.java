package dev.ilura.transport.stdio.spawn;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Programs that run, fetch or expose something else than themselves, by name. */
final class Programs {
    private static final Map<String, String> KINDS = Lists.lines("programs.list").stream()
            .map(line -> line.split(" ", -1))
            .collect(Collectors.toUnmodifiableMap(words -> words[1].toLowerCase(Locale.ROOT), words -> words[0]));
    private static final Pattern VERSION = Pattern.compile("-?[0-9][0-9.]*$");

    private Programs() {}

    /** What kind of program this is; a version at the end of the name ({@code python3.12}) does not hide it. */
    static Optional<String> kind(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String bare = lower.endsWith(".exe") || lower.endsWith(".cmd") ? lower.substring(0, lower.length() - 4) : lower;
        String kind = KINDS.get(bare);
        return Optional.ofNullable(
                kind == null ? KINDS.get(VERSION.matcher(bare).replaceFirst("")) : kind);
    }

    static boolean isShell(String name) {
        return kind(name).filter("shell"::equals).isPresent();
    }

    static boolean isInterpreter(String name) {
        return kind(name).filter("interpreter"::equals).isPresent();
    }

    /** What such a program would do, as the second half of a sentence. */
    static String danger(String kind) {
        return switch (kind) {
            case "shell" -> "is a shell: its arguments are a program, and any program at that";
            case "interpreter" -> "is an interpreter that is not registered as a launcher: its arguments are a program";
            case "wrapper" -> "runs another program that its arguments name";
            case "transfer" -> "fetches or sends data, or what it fetches is run";
            case "destroyer" -> "changes or removes files instead of serving tools";
            default -> "shows files instead of serving tools";
        };
    }
}
