package dev.ilura.transport.stdio.spawn;

import java.nio.file.Path;
import java.util.List;

/** Where programs are looked for, and where they are never believed, unless the operator says otherwise. */
final class StandardPlaces {
    /** Places where anybody, or a download, can put a file. */
    static final List<String> UNTRUSTED =
            List.of("/tmp", "/var/tmp", "/dev", "/run", "/proc", "/sys", "*/Downloads", "*/Temp", "C:\\Windows\\Temp");

    private StandardPlaces() {}

    /** System directories first; then that of the running JVM, for {@code java} on machines without a system one. */
    static List<String> launcherDirs() {
        String javaBin = Path.of(System.getProperty("java.home", "/usr"), "bin").toString();
        if (Os.current() == Os.WINDOWS) {
            return List.of("C:\\Program Files\\nodejs", javaBin);
        }
        return List.of("/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin", javaBin);
    }
}
