package dev.ilura.transport.stdio.spawn;

import java.util.Locale;

/** The system a command line is meant for: it decides how a path is read. */
public enum Os {
    LINUX,
    MACOS,
    WINDOWS;

    /** The one this JVM runs on; everything that is neither macOS nor Windows counts as Linux. */
    public static Os current() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return WINDOWS;
        }
        return name.startsWith("mac") ? MACOS : LINUX;
    }
}
