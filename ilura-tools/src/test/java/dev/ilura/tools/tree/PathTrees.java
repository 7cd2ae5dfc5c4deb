package dev.ilura.tools.tree;

import java.nio.file.Path;
import java.util.List;

/** Trees over directories that are opened by path, as where Java has no handles. */
public final class PathTrees {
    private PathTrees() {}

    /** A tree over one directory; {@code between} runs between each look and what follows it. */
    public static RootTree over(Path root, Runnable between) {
        return RootTree.of(
                List.of(root),
                new SecretNames(SecretNames.DEFAULTS),
                false,
                path -> real -> CheckedDirectory.open(real, between));
    }
}
