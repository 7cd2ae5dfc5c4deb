package dev.ilura.audit;

import dev.ilura.IluraException;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Every error of the log, once; docs/errors.md lists them. */
final class AuditErrors {
    private AuditErrors() {}

    static IluraException inUse(Path folder) {
        return new IluraException(
                "ILR-AUDIT-001",
                "The log in " + folder + " is being written by another gateway.",
                "Give each gateway its own state directory, or stop the other one.");
    }

    static IluraException unusable(Path folder, Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-002",
                "The log in " + folder + " cannot be opened: " + cause + ".",
                "Check that the directory belongs to this user, is writable and has space.",
                cause);
    }

    static IluraException shorter(Path folder, long size, String claim, String why) {
        return new IluraException(
                "ILR-AUDIT-003",
                "The log in " + folder + " holds " + size + " records that stand, but " + claim + " (" + why + ").",
                "Run `ilura audit verify`, restore the missing files, or accept the loss by name; that is recorded.");
    }

    static IluraException forged(Path folder, String why) {
        return new IluraException(
                "ILR-AUDIT-004",
                "The log in " + folder + " is not the one these keys signed: " + why + ".",
                "Run `ilura audit verify` and restore log and keys that belong together.");
    }

    static IluraException keys(Path folder, String why, Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-005",
                "The keys in " + folder + " cannot be used: " + why + ".",
                "Restore the key file that belongs to this log and its passphrase, readable by this user only.",
                cause);
    }

    static IluraException key(String alias, String why, Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-005",
                "The key \"" + alias + "\" cannot be used: " + why + ".",
                "Name a P-256 or Ed25519 key that has a certificate, and the passphrase or PIN of its entry.",
                cause);
    }

    static IluraException noNextKeys() {
        return new IluraException(
                "ILR-AUDIT-012",
                "The log's keys live elsewhere, and nobody gave it the next ones.",
                "Make the next keys where they live and name them when rotating.");
    }

    static IluraException unretained(Path folder, Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-013",
                "Old records of the log in " + folder + " could not be removed: " + cause + ".",
                "Run `ilura audit verify`; the log goes on, and removing can be tried again.",
                cause);
    }

    static IluraException unrecordable(String why) {
        return new IluraException(
                "ILR-AUDIT-006",
                "An event cannot be recorded: " + why + ".",
                "Keep facts small and free of lone surrogates; payloads belong beside the facts.");
    }

    static IluraException full(int bound) {
        return new IluraException(
                "ILR-AUDIT-007",
                "The log's queue holds " + bound + " events, which is its bound.",
                "Let fewer calls in at once, or give the log a faster disk or a larger queue.");
    }

    static IluraException noSpace(Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-008",
                "There is no room for the next records: " + cause + ".",
                "Free space on the log's file system; the log goes on by itself.",
                cause);
    }

    static IluraException failed(Throwable cause) {
        return new IluraException(
                "ILR-AUDIT-009",
                "The log failed and takes no more records: " + cause + ".",
                "Mend the cause and open the log again; recovery then says what was lost.",
                cause);
    }

    static IluraException unprovable(String call, @Nullable String why) {
        return new IluraException(
                "ILR-AUDIT-011",
                "Call \"" + VisibleText.oneLine(call) + "\" cannot be proven: " + why + ".",
                "Name a call of this log, and verify the log first.");
    }

    static IluraException notExported(Path target, IOException cause) {
        return new IluraException(
                "ILR-AUDIT-020",
                "The log cannot be exported to " + target + ": " + cause.getMessage() + ".",
                "Name a directory that can be written, and verify the log first.",
                cause);
    }

    static IluraException closed() {
        return new IluraException("ILR-AUDIT-010", "The log is closed.", "Do not use a gateway after it was closed.");
    }
}
