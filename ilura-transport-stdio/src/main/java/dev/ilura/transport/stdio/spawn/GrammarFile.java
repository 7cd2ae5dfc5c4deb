package dev.ilura.transport.stdio.spawn;

import dev.ilura.IluraException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A launcher's grammar that the operator wrote. It says what may start, so only an administrator and the gateway's user may
 * be able to change it, and it cannot loosen what is built in.
 */
final class GrammarFile {
    private static final String ENDING = ".grammar";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final long MOST = 64 << 10;

    private GrammarFile() {}

    /**
     * Reads it.
     *
     * @throws IluraException ILR-SPAWN-091
     */
    static Grammar read(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(ENDING)
                || !NAME.matcher(name.substring(0, name.length() - ENDING.length()))
                        .matches()) {
            throw refused(file, "it is not called NAME.grammar, with the launcher's name in small letters", null);
        }
        String launcher = name.substring(0, name.length() - ENDING.length());
        if (Launchers.known(launcher) || Programs.kind(launcher).isPresent()) {
            throw refused(file, launcher + " has a grammar already or runs whatever its arguments say", null);
        }
        boolean trusted = PathResolver.ofThisMachine()
                .file(file.toAbsolutePath().normalize().toString())
                .filter(found -> found.custody() != PathResolver.Custody.OTHERS)
                .isPresent();
        if (!trusted) {
            throw refused(file, "it is not there, or others can change it", null);
        }
        try {
            return parsed(file, launcher, Files.size(file) > MOST ? "" : Files.readString(file));
        } catch (IOException e) {
            throw refused(file, "it cannot be read: " + e.getMessage(), e);
        }
    }

    private static Grammar parsed(Path file, String launcher, String text) {
        List<String> lines = Lists.entries(text);
        try {
            Grammar grammar = Grammar.of(launcher, lines);
            if (grammar.forms().isEmpty() || grammar.safe().isEmpty()) {
                throw refused(file, "it is longer than 64 KiB, or has no line \"form\" or no line \"safe\"", null);
            }
            return grammar;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw refused(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IluraException refused(Path file, String why, @org.jspecify.annotations.Nullable Exception cause) {
        return new IluraException(
                "ILR-SPAWN-091",
                "The grammar " + file + " cannot be used: " + why + ".",
                "Write it in the language of ilura-transport-stdio's spawn/README.md, in a place that only you can write to.",
                cause);
    }
}
