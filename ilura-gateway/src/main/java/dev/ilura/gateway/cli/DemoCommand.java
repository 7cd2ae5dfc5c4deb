package dev.ilura.gateway.cli;

import dev.ilura.ApprovalTicket;
import dev.ilura.CallOutcome;
import dev.ilura.Gateway;
import dev.ilura.approval.Approvals;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura demo}: the main job in half a minute, on a machine that has only a JDK. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Show the main job on a real server, without any configuration.",
            "One call is allowed, one denied, one approved by you; then the log of it is verified and traced."
        })
final class DemoCommand implements Callable<Integer> {
    private static final String REFUSED_BY_A_PERSON = "ILR-ASK-001";

    private final Screen screen;
    private boolean asTold = true;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where log and notes stay; a fresh directory otherwise.")
    private @Nullable Path state;

    DemoCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        DemoHouse house = DemoHouse.in(state == null ? Files.createTempDirectory("ilura-demo-") : state);
        introduce(house);
        String approved;
        try (Gateway gateway = GatewayConfig.load(house.config()).open(this::standInWithoutATerminal)) {
            allowed(gateway, house);
            denied(gateway, house);
            approved = approved(gateway, house);
        }
        AuditTexts audit = new AuditTexts(screen);
        verified(audit, house);
        traced(audit, house, approved);
        conclude(house);
        return asTold ? Exit.FINE : Exit.FINDING;
    }

    private void introduce(DemoHouse house) {
        screen.line(screen.strong("An MCP server that keeps notes, started as a process of its own, behind the gate."));
        screen.line("It opens any path it is given. What may pass says " + house.config() + ":");
        screen.line("   read_note   " + screen.good("allow") + "   inside the directory of the notes");
        screen.line("   write_note  " + screen.careful("ask") + "     a person, inside the directory of the notes");
        screen.line("   all else    " + screen.bad("deny"));
    }

    private void allowed(Gateway gateway, DemoHouse house) {
        Map<String, String> arguments = Map.of("path", "welcome.md");
        step(1, "A call that a rule allows", "read_note", arguments);
        CallOutcome outcome = gateway.call("notes", "read_note", arguments);
        if (outcome instanceof CallOutcome.Completed completed && !completed.isError()) {
            row(
                    screen.good("allowed  "),
                    "the server answers: " + completed.text().strip());
        } else {
            notAsTold(outcome);
        }
        suggest("check call --config " + house.config() + " notes read_note '{\"path\":\"welcome.md\"}'");
    }

    private void denied(Gateway gateway, DemoHouse house) {
        Map<String, String> arguments = Map.of("path", "../secret.txt");
        step(2, "The same tool, led out of its directory", "read_note", arguments);
        CallOutcome outcome = gateway.call("notes", "read_note", arguments);
        if (outcome instanceof CallOutcome.Denied denied) {
            row(screen.bad("denied   "), denied.code() + ", the server never saw the call");
            row(screen.faint("because  "), denied.reason());
        } else {
            notAsTold(outcome);
        }
        suggest("check call --config " + house.config() + " notes read_note '{\"path\":\"../secret.txt\"}'");
    }

    /** The call's id, for the trace. */
    private String approved(Gateway gateway, DemoHouse house) {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("path", "todo.md");
        arguments.put("text", "Put a gate in front of my servers.");
        step(3, "A call that a person has to approve", "write_note", arguments);
        CallOutcome outcome = gateway.call("notes", "write_note", arguments);
        if (outcome instanceof CallOutcome.Completed completed && !completed.isError()) {
            row(
                    screen.good("approved "),
                    screen.hasPerson()
                            ? "by you"
                            : "by a stand-in of this demo: there is no terminal here, so no person was asked");
            row(screen.faint("result   "), completed.text().strip());
        } else if (outcome instanceof CallOutcome.NotApproved refused
                && refused.code().equals(REFUSED_BY_A_PERSON)) {
            row(screen.careful("refused  "), "by you, so nothing was written");
        } else {
            notAsTold(outcome);
        }
        suggest("serve --config " + house.config() + "   (as a server in an MCP client's configuration)");
        return outcome.callId();
    }

    private void verified(AuditTexts audit, DemoHouse house) {
        heading(4, "The log of it, checked from its first byte");
        asTold &= audit.verify(house.directory());
        suggest("audit verify --state " + house.directory());
    }

    private void traced(AuditTexts audit, DemoHouse house, String call) {
        heading(5, "What led to the third call");
        asTold &= audit.trace(house.directory(), call);
        suggest("audit trace " + call + " --state " + house.directory());
    }

    private void conclude(DemoHouse house) {
        screen.blank();
        screen.line("The log stays in "
                + screen.strong(house.directory().resolve("log").toString()));
        if (!asTold) {
            screen.line(screen.bad("Not everything went as told above."));
        }
    }

    /** Without a terminal nobody could be asked, and the demo would end here. The stand-in agrees to this one call only. */
    private void standInWithoutATerminal(Gateway.Builder builder) {
        if (!screen.hasPerson()) {
            builder.approvals(standIn());
        }
    }

    private static ApprovalHandler standIn() {
        return Approvals.callback(ticket -> isTheDemosOwn(ticket)
                ? Approvals.approve(ticket, "demo stand-in, not a person")
                : Approvals.refuse("demo stand-in, not a person", "This is not the call of the demo."));
    }

    private static boolean isTheDemosOwn(ApprovalTicket ticket) {
        return ticket.call().target().equals("notes/write_note");
    }

    private void step(int number, String title, String tool, Map<String, String> arguments) {
        heading(number, title);
        row(
                screen.faint("call     "),
                "notes/" + tool + " " + JsonValue.of(arguments).raw());
    }

    private void heading(int number, String title) {
        screen.blank();
        screen.line(screen.strong(number + "  " + title));
    }

    private void row(String label, String text) {
        screen.line("   " + label + VisibleText.oneLine(text));
    }

    private void suggest(String command) {
        screen.line("   " + screen.faint("try      ") + screen.typed(command));
    }

    private void notAsTold(CallOutcome outcome) {
        asTold = false;
        row(screen.bad("not so   "), outcome.summary());
    }
}
