package dev.ilura.examples;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.Gateway;
import dev.ilura.RiskLane;
import dev.ilura.approval.Approvals;
import dev.ilura.audit.AuditLog;
import dev.ilura.policy.Policies;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

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
                        .because("it replaces what was there")
                        .denyOthers())
                .approvals(Approvals.callback(CallbackApproval::dialog))
                .audit(AuditLog.in(notes.resolveSibling("audit")))
                .build()) {
            write(gateway, "todo.md", "Buy milk.");
            write(gateway, "welcome.md", "");
        }
    }

    private static void write(Gateway gateway, String path, String text) {
        Map<String, String> arguments = new TreeMap<>(Map.of("path", path, "text", text));
        System.out.println(
                "  -> " + gateway.call("notes", "write_note", arguments).summary());
    }

    /** Stands for a dialog. The answer is bound to the ticket: what was shown is what is sent, or nothing is. */
    private static ApprovalAnswer dialog(ApprovalTicket ticket) {
        System.out.println(
                ticket.call().target() + " " + ticket.call().arguments().json().raw());
        System.out.println("  " + ticket.lane().label() + ": " + ticket.reason());
        boolean empty = ticket.call()
                .arguments()
                .at("/text")
                .filter(text -> text.text().isEmpty())
                .isPresent();
        return empty
                ? Approvals.refuse("anna", "That would empty the note.")
                : Approvals.approve(ticket, "anna", "I dictated this note myself.");
    }
}
