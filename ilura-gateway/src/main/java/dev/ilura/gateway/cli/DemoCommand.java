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
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura demo}: the main job in half a minute, on a machine that has only a JDK. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Show the main job, without any configuration: a real MCP server behind the gate, one call allowed,",
            "one denied, one approved by you, and the log of it verified and traced."
        })
final class DemoCommand implements Callable<Integer> {
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
        Optional<String> approved;
        try (Gateway gateway = GatewayConfig.load(house.config()).open(this::standInWithoutATerminal)) {
            allowed(gateway, house);
            denied(gateway, house);
            approved = approved(gateway, house);
        }
        AuditTexts audit = new AuditTexts(screen);
        verified(audit, house);
        approved.ifPresent(call -> traced(audit, house, call));
        conclude(house);
        return asTold ? Exit.FINE : Exit.FINDING;
    }

    private void introduce(DemoHouse house) {
        screen.line(screen.strong("A notes server, started as a process of its own, behind the gate."));
        screen.line("  It opens any path it is given. The rules, in " + house.config() + ":");
        screen.line("    read_note   " + screen.good("allow") + "  inside the notes directory");
        screen.line("    write_note  " + screen.careful("ask") + "    a person, inside the notes directory");
        screen.line("    all else    " + screen.bad("deny"));
    }

    private void allowed(Gateway gateway, DemoHouse house) {
        Map<String, String> arguments = Map.of("path", "welcome.md");
        step(1, "A call that a rule allows", "read_note", arguments);
        CallOutcome outcome = gateway.call("notes", "read_note", arguments);
        if (outcome instanceof CallOutcome.Completed completed && !completed.isError()) {
            result(
                    screen.good("allowed"),
                    "the server answered: " + completed.text().strip());
        } else {
            notAsTold(outcome);
        }
        next("ilura check call --config " + house.config() + " notes read_note '{\"path\":\"welcome.md\"}'");
    }

    private void denied(Gateway gateway, DemoHouse house) {
        Map<String, String> arguments = Map.of("path", "../secret.txt");
        step(2, "The same tool, led out of its directory", "read_note", arguments);
        CallOutcome outcome = gateway.call("notes", "read_note", arguments);
        if (outcome instanceof CallOutcome.Denied denied) {
            result(screen.bad("denied"), denied.code() + ": " + denied.reason());
            screen.line("   rule    " + VisibleText.oneLine(denied.rule().toString()));
            screen.line("   The server never saw the call.");
        } else {
            notAsTold(outcome);
        }
        next("ilura check call --config " + house.config() + " notes read_note '{\"path\":\"../secret.txt\"}'");
    }

    /** The call's id, for the trace. */
    private Optional<String> approved(Gateway gateway, DemoHouse house) {
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("path", "todo.md");
        arguments.put("text", "Put a gate in front of my servers.");
        step(3, "A call that a person has to approve", "write_note", arguments);
        CallOutcome outcome = gateway.call("notes", "write_note", arguments);
        if (outcome instanceof CallOutcome.Completed completed && !completed.isError()) {
            String by = screen.hasPerson()
                    ? "by you"
                    : "by a stand-in of this demo: there is no terminal here, so no person was asked";
            result(screen.good("approved"), by);
            screen.line("   result  " + VisibleText.oneLine(completed.text().strip()));
        } else if (outcome instanceof CallOutcome.NotApproved refused
                && refused.code().equals("ILR-ASK-001")) {
            result(screen.careful("refused"), "by you, so nothing was written");
        } else {
            notAsTold(outcome);
        }
        next("ilura serve --config " + house.config() + "   (in an MCP client's configuration)");
        return Optional.of(outcome.callId());
    }

    private void verified(AuditTexts audit, DemoHouse house) {
        heading(4, "The log, checked from its first byte");
        asTold &= audit.verify(house.directory());
        next("ilura audit verify --state " + house.directory());
    }

    private void traced(AuditTexts audit, DemoHouse house, String call) {
        heading(5, "What led to the third call");
        asTold &= audit.trace(house.directory(), call);
        next("ilura audit trace " + call + " --state " + house.directory());
    }

    private void conclude(DemoHouse house) {
        screen.blank();
        screen.line("The log stays in "
                + screen.strong(house.directory().resolve("log").toString()) + ".");
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
        screen.line("   call    notes/" + tool + " " + JsonValue.of(arguments).raw());
    }

    private void heading(int number, String title) {
        screen.blank();
        screen.line(screen.strong(number + "  " + title));
    }

    private void result(String verdict, String text) {
        screen.line("   " + verdict + "  " + VisibleText.oneLine(text));
    }

    private void next(String command) {
        screen.line("   " + screen.faint("try     ") + screen.typed(command));
    }

    private void notAsTold(CallOutcome outcome) {
        asTold = false;
        result(screen.bad("not as told"), outcome.summary());
    }
}
