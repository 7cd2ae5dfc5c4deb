package dev.ilura.examples;

import static dev.ilura.policy.Policies.where;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.audit.AuditLog;
import dev.ilura.policy.Policies;
import dev.ilura.tools.FileIo;
import dev.ilura.tools.Network;
import dev.ilura.tools.TimeMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** How does an agent get files and the web without a server of its own? By the gateway's tools, behind the same gate. */
public final class OwnTools {
    private OwnTools() {}

    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        Path state = Files.createTempDirectory("ilura-state");
        Files.writeString(notes.resolve("plan.txt"), "Buy milk.\n", StandardCharsets.UTF_8);
        Files.writeString(notes.resolve(".env"), "TOKEN=secret\n", StandardCharsets.UTF_8);
        try (Gateway gateway = Gateway.builder()
                .tools(FileIo.in(notes), Network.guarded(), TimeMachine.in(state.resolve("time_machine")))
                .policy(Policies.rules()
                        .allow("file_io/*", where("path").insideRoots())
                        .allow("network/fetch")
                        .allow("time_machine/*")
                        .denyOthers())
                .audit(AuditLog.in(state.resolve("log")))
                .build()) {
            String plan = notes.resolve("plan.txt").toString();
            CallOutcome write =
                    gateway.call("file_io", "write_file", Map.of("path", plan, "content", "Buy everything.\n"));
            System.out.println("write:  " + kind(write));
            CallOutcome preview = gateway.call("time_machine", "preview_restore", Map.of("call", write.callId()));
            System.out.println("back:   " + change(preview));
            System.out.println("secret: "
                    + kind(gateway.call(
                            "file_io",
                            "read_text_file",
                            Map.of("path", notes.resolve(".env").toString()))));
            System.out.println(
                    "inside: " + kind(gateway.call("network", "fetch", Map.of("url", "http://169.254.169.254/"))));
        }
    }

    /** What going back would put in place again. */
    private static String change(CallOutcome preview) {
        return text(preview)
                .lines()
                .filter(line -> line.matches("[+-][A-Z].*"))
                .reduce("", (one, other) -> one + " " + other)
                .strip();
    }

    private static String text(CallOutcome outcome) {
        return outcome instanceof CallOutcome.Completed completed
                ? completed.result().at("/content/0/text").orElseThrow().text()
                : outcome.summary();
    }

    /** What became of a call, in a word or with its code. */
    private static String kind(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.NotApproved refused) {
            return "needs a human, lane " + refused.lane().label();
        }
        String text = text(outcome);
        return text.startsWith("ILR-") ? text.substring(0, text.indexOf(':')) : "done";
    }
}
