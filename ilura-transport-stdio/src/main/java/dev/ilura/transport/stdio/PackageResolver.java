package dev.ilura.transport.stdio;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Turns the name of a package into files of this machine, before its server is agreed to: what starts afterwards is these
 * files, without a package manager and without a registry. An implementation runs nothing of the package. Thread-safe.
 */
public interface PackageResolver {
    /** The registry whose packages it knows, as it stands before the colon in an artefact: {@code npm}. */
    String registry();

    /**
     * Installs a package, or finds what was installed before under the same name and version.
     *
     * @param name in the form of the registry
     * @param version exact, a range or a tag as it was written; empty: whatever the registry gives
     * @param program the program of the package that is to run; empty: the one that the package is named for
     * @throws dev.ilura.IluraException ILR-SPAWN-024 if it cannot be had, or not without doubt
     */
    InstalledPackage install(String name, String version, String program);

    /**
     * A package that lies on this machine.
     *
     * @param name as asked for
     * @param version the exact one
     * @param directory with everything it needs
     * @param program file below the directory that starts the server
     * @param integrity what the registry says about its archive, for example {@code sha512-...}
     * @param treeSha256 digest (hex) over names and contents of all files below the directory
     */
    record InstalledPackage(
            String name, String version, Path directory, Path program, String integrity, String treeSha256) {
        public InstalledPackage {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(version, "version");
            Objects.requireNonNull(directory, "directory");
            Objects.requireNonNull(program, "program");
            Objects.requireNonNull(integrity, "integrity");
            Objects.requireNonNull(treeSha256, "treeSha256");
        }
    }
}
