package dev.ilura.audit;

/** Gives the passphrase of a key file, from wherever the operator keeps it. */
@FunctionalInterface
public interface KeyPassphrase {
    /** A fresh array that the caller wipes after use. */
    char[] reveal();
}
