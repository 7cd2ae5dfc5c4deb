package dev.ilura.transport.stdio;

/** What becomes of a package that a command line names. */
public enum PackageChoice {
    /**
     * It is installed, without its scripts, before it is agreed to, and started from there. Needs a state directory and
     * npm; without them it is left to its launcher.
     */
    INSTALL,
    /** Its launcher fetches it, whenever the launcher likes. */
    LAUNCHER
}
