package dev.ilura.transport.stdio.spawn;

/**
 * A package as it was named.
 *
 * @param name in the form of its registry
 * @param version as written; empty if none
 * @param pinned whether that is one exact version
 */
record PackageName(String name, String version, boolean pinned) {
    /** The name without a scope, which is also that of the program the package brings by default. */
    String bareName() {
        return name.substring(name.indexOf('/') + 1);
    }
}
