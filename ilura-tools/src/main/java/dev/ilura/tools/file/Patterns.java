package dev.ilura.tools.file;

import dev.ilura.spi.ToolException;
import dev.ilura.tools.tree.Glob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Globs over the path below where a search began. Immutable. */
final class Patterns {
    private static final int MAX = 50;

    private final List<Glob> globs;

    private Patterns(List<Glob> globs) {
        this.globs = globs;
    }

    static Patterns of(List<String> texts) throws ToolException {
        if (texts.size() > MAX) {
            throw new ToolException("ILR-TOOLS-005", "At most " + MAX + " patterns can be given.", "Give fewer.");
        }
        List<Glob> globs = new ArrayList<>();
        for (String text : texts) {
            globs.add(glob(text));
        }
        return new Patterns(globs);
    }

    /** As {@link #of}; a plain name is left out wherever it stands. */
    static Patterns excluding(List<String> texts) throws ToolException {
        List<String> all = new ArrayList<>();
        for (String text : texts) {
            all.add(text);
            if (!text.contains("*")) {
                all.add("**/" + text);
                all.add("**/" + text + "/**");
            }
        }
        return of(all);
    }

    private static Glob glob(String text) throws ToolException {
        try {
            return new Glob(text);
        } catch (IllegalArgumentException e) {
            throw new ToolException(
                    "ILR-TOOLS-005", "A pattern is no glob: " + e.getMessage() + ".", "Write one like **/*.md.", e);
        }
    }

    boolean match(Path start, Path found) {
        String below = start.toString().isEmpty()
                ? found.toString()
                : found.subpath(start.getNameCount(), found.getNameCount()).toString();
        return globs.stream().anyMatch(glob -> glob.matches(below));
    }
}
