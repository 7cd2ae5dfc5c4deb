package dev.ilura.tools.tree;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names of what is not yet what it will be. They are not shown, and what a killed process left of them is removed. */
public final class Staging {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern SHAPE = Pattern.compile("\\.ilura-[0-9a-f]{24}\\.tmp");

    private Staging() {}

    static Path name() {
        byte[] bytes = new byte[12];
        RANDOM.nextBytes(bytes);
        return Path.of(".ilura-" + HexFormat.of().formatHex(bytes) + ".tmp");
    }

    /** Whether a name in a directory is one of these. */
    public static boolean isStaged(Path name) {
        return SHAPE.matcher(name.toString()).matches();
    }
}
