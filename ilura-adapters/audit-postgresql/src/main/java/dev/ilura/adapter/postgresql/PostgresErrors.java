package dev.ilura.adapter.postgresql;

import dev.ilura.IluraException;

/** Every error of this sink, once; docs/errors.md lists them. */
final class PostgresErrors {
    private PostgresErrors() {}

    static IluraException unusable(Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-021",
                "The log in PostgreSQL cannot be opened: " + cause.getMessage() + ".",
                "Check the address, the user and its right to make tables and to write them.",
                cause);
    }

    static IluraException forged(String why) {
        return new IluraException(
                "ILR-AUDIT-004",
                "The log in PostgreSQL is not the one these keys signed: " + why + ".",
                "Export and verify it, and restore tables and keys that belong together.");
    }

    static IluraException inUse(String gateway) {
        return new IluraException(
                "ILR-AUDIT-001",
                "The log of \"" + gateway + "\" in PostgreSQL is being written by another gateway.",
                "Give each gateway its own name, or stop the other one.");
    }

    static IluraException full(int bound) {
        return new IluraException(
                "ILR-AUDIT-007",
                "The log's queue holds " + bound + " events, which is its bound.",
                "Let fewer calls in at once, or give the log a faster server or a larger queue.");
    }

    static IluraException failed(Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-009",
                "The log in PostgreSQL failed and takes no more records: " + cause.getMessage() + ".",
                "Mend the cause and open the log again; what was acknowledged is in it.",
                cause);
    }

    static IluraException closed() {
        return new IluraException("ILR-AUDIT-010", "The log is closed.", "Do not use a gateway after it was closed.");
    }
}
