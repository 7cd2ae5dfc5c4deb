package dev.ilura.transport.stdio;

/** How far a child process is shut in, as the operator chose it. */
public enum ConfinementChoice {
    /** The strongest this machine offers; the level reached is in the log. */
    STRONGEST,
    /** Landlock rules on the child (Linux, JDK 22 or newer); refused where there is none. */
    LANDLOCK,
    /** Namespaces by bubblewrap (Linux); refused where it is not installed. */
    BUBBLEWRAP,
    /** Apple's {@code sandbox-exec} (macOS); not run on a Mac by this project's tests. */
    SANDBOX_EXEC,
    /** None: the child may do what the gateway's user may do. */
    NONE
}
