package dev.ilura.examples;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.RiskLane;
import dev.ilura.approval.Approvals;
import dev.ilura.audit.AuditLog;
import dev.ilura.policy.Policies;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** How does my own application ask its user? With a callback, which sees exactly the call that will be sent. */
public final class CallbackApproval {
    private CallbackApproval() {}

    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        try (Gateway gateway = Gateway.builder()
                .server(StdioServer.named("notes")
                        .command("java", "-cp", Notes.CODE, Notes.SERVER, notes.toString())
                        .spawn(Notes.rules())
                        .roots(notes))
                .policy(Policies.rules()
                        .ask(RiskLane.HIGH, "notes/write_note")
                        .because("It replaces what was there.")
                        .denyOthers())
                .approvals(Approvals.callback(CallbackApproval::dialog))
                .audit(AuditLog.in(notes.resolveSibling("audit")))
                .build()) {
            show(gateway.call("notes", "write_note", Map.of("path", "todo.md", "text", "Buy milk.")));
            show(gateway.call("notes", "write_note", Map.of("path", "welcome.md", "text", "")));
        }
    }

    /** Stands for a dialog. The answer is bound to the ticket: what was shown is what is sent, or nothing is. */
    private static ApprovalAnswer dialog(ApprovalTicket ticket) {
        System.out.println(
                ticket.call().target() + " " + ticket.call().arguments().json().raw());
        System.out.println("  " + ticket.reason() + " Lane " + ticket.lane().label() + ".");
        boolean empty = ticket.call()
                .arguments()
                .at("/text")
                .filter(text -> text.text().isEmpty())
                .isPresent();
        return empty
                ? Approvals.refuse("anna", "That would empty the note.")
                : Approvals.approve(ticket, "anna", "I dictated this note myself.");
    }

    private static void show(CallOutcome outcome) {
        System.out.println("  -> " + outcome.summary());
    }
}
