package dev.ilura.transport.stdio.confine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a child may reach of this machine. Everything else is not there for it.
 *
 * @param readable files and directories, besides the system's own programs and libraries
 * @param writable directories that it may read and change
 * @param replaced files that stand in for others, where the child has a file system of its own
 * @param cwd where it starts
 * @param network whether it may use the network
 */
public record Profile(List<Path> readable, List<Path> writable, Map<Path, Path> replaced, Path cwd, boolean network) {
    /** Programs and libraries of the system, and the little of its settings that they cannot do without. */
    static final List<Path> SYSTEM = paths(
            "/usr",
            "/bin",
            "/sbin",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/alternatives",
            "/etc/localtime",
            "/etc/timezone",
            "/etc/ssl/certs",
            "/etc/ssl/openssl.cnf",
            "/etc/ca-certificates",
            "/etc/pki/tls/certs",
            "/etc/pki/ca-trust",
            "/etc/hosts",
            "/etc/nsswitch.conf",
            "/etc/resolv.conf",
            "/etc/host.conf",
            "/etc/gai.conf",
            "/etc/protocols",
            "/etc/services",
            "/etc/mime.types",
            "/etc/passwd",
            "/etc/group");

    public Profile {
        readable = List.copyOf(readable);
        writable = List.copyOf(writable);
        replaced = Map.copyOf(replaced);
        Objects.requireNonNull(cwd, "cwd");
    }

    private static List<Path> paths(String... paths) {
        return java.util.Arrays.stream(paths).map(Path::of).toList();
    }
}
