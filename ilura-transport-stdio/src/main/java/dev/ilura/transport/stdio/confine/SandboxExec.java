package dev.ilura.transport.stdio.confine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Apple's {@code sandbox-exec}, by a profile in its own language. The text of the profile is tested; it has not been run on
 * a Mac by this project's tests.
 *
 * @param program where it is
 */
record SandboxExec(Path program) implements Confinement {
    static final Path USUAL = Path.of("/usr/bin/sandbox-exec");

    @Override
    public String level() {
        return "sandbox-exec";
    }

    @Override
    public boolean cutsNetwork() {
        return true;
    }

    @Override
    public List<String> wrap(List<String> argv, Profile profile) {
        List<String> wrapped = new ArrayList<>(List.of(program.toString(), "-p", text(profile)));
        wrapped.addAll(argv);
        return wrapped;
    }

    /** Denies all and names what is left; the last rule that matches decides. */
    static String text(Profile profile) {
        StringBuilder text = new StringBuilder("(version 1)\n(deny default)\n(import \"system.sb\")\n");
        text.append("(allow process-exec process-fork)\n(allow signal (target same-sandbox))\n");
        text.append("(allow sysctl-read)\n(allow file-read-metadata)\n");
        for (String system :
                List.of("/usr", "/bin", "/sbin", "/System", "/Library/Java", "/opt/homebrew", "/private/etc/ssl")) {
            text.append("(allow file-read* (subpath ").append(quoted(system)).append("))\n");
        }
        for (Path path : profile.readable()) {
            text.append("(allow file-read* (subpath ")
                    .append(quoted(path.toString()))
                    .append("))\n");
        }
        for (Path path : profile.writable()) {
            text.append("(allow file-read* file-write* (subpath ")
                    .append(quoted(path.toString()))
                    .append("))\n");
        }
        text.append(profile.network() ? "(allow network*)\n" : "(deny network*)\n");
        return text.toString();
    }

    /** A string of the profile's language. */
    private static String quoted(String path) {
        return "\"" + path.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
