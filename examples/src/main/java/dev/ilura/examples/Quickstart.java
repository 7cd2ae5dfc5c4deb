package dev.ilura.examples;

import static dev.ilura.policy.Policies.where;

import dev.ilura.CallOutcome;
import dev.ilura.CallOutcome.Completed;
import dev.ilura.Gateway;
import dev.ilura.RiskLane;
import dev.ilura.approval.TerminalApprovals;
import dev.ilura.audit.AuditLog;
import dev.ilura.policy.Policies;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How do I call a tool through the gate? */
public final class Quickstart {
    private Quickstart() {}

    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        String[] program = {"-cp", Notes.CODE, Notes.SERVER, notes.toString()};
        // region readme
        try (Gateway gateway = Gateway.builder()
                .server(StdioServer.named("notes")
                        .command("java", program)
                        .spawn(Notes.rules())
                        .roots(notes))
                .policy(Policies.rules()
                        .allow("notes/read_*", where("path").insideRoots())
                        .ask(RiskLane.HIGH, "notes/write_note")
                        .denyOthers())
                .approvals(TerminalApprovals.onTty())
                .audit(AuditLog.in(Path.of("audit")))
                .build()) {
            for (String path : List.of("welcome.md", "../secret.txt")) {
                CallOutcome outcome = gateway.call("notes", "read_note", Map.of("path", path));
                System.out.println(outcome instanceof Completed done ? done.text() : outcome.summary());
            }
        }
        // endregion
    }
}
