package dev.ilura.approval.page;

import dev.ilura.IluraException;
import dev.ilura.approval.internal.PrivateFile;
import dev.ilura.json.CanonicalJson;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Tells the operator where the page is and which codes are good: on their terminal, and in a private file for the case
 * that the gateway has none. Thread-safe.
 */
final class OperatorBoard {
    private final Consumer<String> terminal;
    private final PrivateFile file;
    private final String address;
    private final Map<String, String> lines = new TreeMap<>();

    OperatorBoard(Consumer<String> terminal, PrivateFile file, String address) {
        this.terminal = terminal;
        this.file = file;
        this.address = address;
    }

    void pairingCode(String code) {
        put("pairing", code);
        terminal.accept("Ilura asks for approvals at " + address + " (pairing code " + code + ")");
    }

    void enrolmentCode(String code) {
        put("enrolment", code);
        terminal.accept("Code to enrol the first passkey at " + address + ": " + code);
    }

    /** Only that something waits, not what: it is looked at on the page. */
    void waiting() {
        terminal.accept("A call waits for approval at " + address);
    }

    /** How many questions a gateway before this one left open. */
    void expired(int questions) {
        if (questions > 0) {
            terminal.accept(questions + (questions == 1 ? " question was" : " questions were")
                    + " open when the gateway ended last; nobody approved them.");
        }
    }

    void clear() {
        try {
            file.delete();
        } catch (IOException e) {
            terminal.accept("Ilura could not remove " + file.path());
        }
    }

    private synchronized void put(String name, String value) {
        lines.put("address", address);
        lines.put(name, value);
        try {
            file.write(CanonicalJson.of(lines));
        } catch (IOException e) {
            throw new IluraException(
                    "ILR-APPROVAL-011",
                    "The codes for the approval page cannot be written to " + file.path() + ": " + e.getMessage() + ".",
                    "Make its directory writable for the gateway, and for nobody else.",
                    e);
        }
    }
}
