package dev.ilura.approval;

import java.io.IOException;
import java.util.function.Consumer;

/** Shows a line to the operator: on the controlling terminal, or on standard error if there is none. */
final class OperatorNotice implements Consumer<String> {
    private final OperatorTerminal terminal;

    OperatorNotice(OperatorTerminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void accept(String line) {
        try (OperatorTerminal.Session session = terminal.open()) {
            session.show(line + "\n");
        } catch (IOException noTerminal) {
            System.err.println(line);
        }
    }
}
