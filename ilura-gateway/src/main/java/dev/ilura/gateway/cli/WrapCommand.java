package dev.ilura.gateway.cli;

import dev.ilura.ApprovalAnswer;
import dev.ilura.ApprovalTicket;
import dev.ilura.Gateway;
import dev.ilura.Pod;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.approval.TerminalApprovals;
import dev.ilura.audit.AuditLog;
import dev.ilura.gateway.StateDirectory;
import dev.ilura.json.Digests;
import dev.ilura.policy.Policies;
import dev.ilura.policy.Rules;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.McpFront;
import dev.ilura.transport.stdio.StdioFront;
import dev.ilura.transport.stdio.StdioServer;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ilura wrap}: the gate before one stdio server, without a file. */
@Command(
        name = "wrap",
        mixinStandardHelpOptions = true,
        description = {
            "Gate one stdio server without a file: put \"ilura wrap --\" before its command.",
            "Calls that no --allow covers are asked for at the terminal, and denied where there is none.",
            "Naming the command here is the consent to start it; shells and inline code are refused all the same."
        })
final class WrapCommand implements Callable<Integer> {
    private static final String SERVER = "server";
    private static final ApprovalHandler TERMINAL = TerminalApprovals.onTty();

    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Option(names = "--pod", paramLabel = "POD", defaultValue = Pod.DEFAULT, description = "The pod's name in the log.")
    private String pod = Pod.DEFAULT;

    @Option(
            names = "--allow",
            paramLabel = "GLOB",
            description = "Tools that may be called without asking, such as \"read_*\".")
    private List<String> allow = List.of();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "A directory that the server may reach; those that its command names are among them anyway.")
    private List<Path> roots = List.of();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where log and keys are; otherwise a directory of this command's own below ~/.local/state.")
    private @Nullable Path state;

    @Parameters(
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "The server's command and its arguments, after --.")
    private List<String> command = List.of();

    WrapCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        Rules rules = rules();
        Path directory = StateDirectory.create(state == null ? ownState() : state.toAbsolutePath());
        McpFront front = StdioFront.onSystemStreams();
        Gateway gateway = Gateway.builder()
                .server(StdioServer.named(SERVER)
                        .command(command.get(0), command.subList(1, command.size()))
                        .roots(roots())
                        .spawn(spawnRules()))
                .pod(new Pod(pod, List.of(SERVER), rules.denyOthers(), Pod.ToolNames.plain()))
                .approvals(WrapCommand::answer)
                .audit(AuditLog.in(directory))
                .listener(new ServerNews(screen))
                .build();
        screen.aside("ilura: wrapping " + command.get(0) + "; the log is in " + directory.resolve("log"));
        Serving.run(gateway, front, pod);
        return Exit.FINE;
    }

    /** Whoever typed the command has agreed to start it; calls are another question. */
    private static ApprovalAnswer answer(ApprovalTicket ticket) throws InterruptedException {
        if (ticket.rule().equals(RuleRef.START)) {
            return new ApprovalAnswer.Approved(
                    ticket.digest(), "operator", "command line", Optional.empty(), Optional.empty());
        }
        return TERMINAL.ask(ticket);
    }

    /**
     * The files that the command line names are the server, wherever they stand. Only this one command line is judged by
     * these rules, so nothing else becomes startable.
     */
    private SpawnRules spawnRules() {
        SpawnRules standard = SpawnRules.standard();
        Stream<String> named = namedPaths()
                .flatMap(path -> Stream.ofNullable(path.getParent()))
                .map(Path::toString);
        return standard.serverRoots(
                Stream.concat(standard.serverRoots().stream(), named).distinct().toList());
    }

    private List<Path> roots() {
        return Stream.concat(
                        roots.stream().map(Path::toAbsolutePath), namedPaths().filter(Files::isDirectory))
                .distinct()
                .toList();
    }

    /** What the command line names, alone or in a class path, by its real path. */
    private Stream<Path> namedPaths() {
        return command.stream()
                .flatMap(argument -> Stream.of(argument.split(File.pathSeparator)))
                .flatMap(WrapCommand::existing);
    }

    private static Stream<Path> existing(String argument) {
        try {
            Path path = Path.of(argument);
            return path.isAbsolute() && Files.exists(path) ? Stream.of(path.toRealPath()) : Stream.empty();
        } catch (InvalidPathException | IOException noFile) {
            return Stream.empty();
        }
    }

    private Rules rules() {
        Rules rules = Policies.rules();
        for (String glob : allow) {
            try {
                rules.allow(SERVER + "/" + glob).named("--allow " + glob);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--allow " + glob + ": " + e.getMessage());
            }
        }
        return rules.ask(RiskLane.MEDIUM, SERVER + "/*").named("ask-otherwise");
    }

    /** Each command line has a log of its own, so that two wrapped servers do not wait for one log. */
    private Path ownState() {
        String base = System.getenv("XDG_STATE_HOME");
        Path states = base == null || base.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(base);
        String identity = Digests.sha256Hex(String.join("\0", command)).substring(0, 16);
        return states.resolve("ilura").resolve("wrap").resolve(identity);
    }
}
