package dev.ilura.gateway.cli;

/** Exit codes; scripts rely on them. */
final class Exit {
    /** All is well. */
    static final int FINE = 0;
    /** The answer is a finding: denied, invalid, tampered. */
    static final int FINDING = 1;
    /** The command line or the configuration is wrong; nothing was done. */
    static final int USAGE = 2;
    /** A fault of Ilura itself. */
    static final int INTERNAL = 70;

    private Exit() {}
}
