package dev.ilura.gateway.cli;

import dev.ilura.IluraException;
import dev.ilura.gateway.ConfigException;
import dev.ilura.gateway.ConfigProblem;
import dev.ilura.text.VisibleText;
import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself; what it can do is in its subcommands. */
@Command(
        name = "ilura",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "A gate between AI agents and MCP servers: every call is judged, approved where it must be, and logged.",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            WrapCommand.class,
            CheckCommand.class,
            PolicyCommand.class,
            PinsCommand.class,
            AuditCommand.class,
            UndoCommand.class,
            DoctorCommand.class
        },
        footer = {"", "New here? Run: ilura demo"})
final class Ilura implements Runnable {
    @Spec
    private CommandSpec spec;

    Ilura() {}

    /** Runs one command line and gives its exit code; nothing is thrown. */
    static int run(Screen screen, String... args) {
        return commandLine(screen).execute(args);
    }

    static CommandLine commandLine(Screen screen) {
        return new CommandLine(new Ilura(), factoryFor(screen))
                .setOut(Screen.writer(screen.out()))
                .setErr(Screen.writer(screen.err()))
                .setColorScheme(new ColorScheme.Builder(
                                CommandLine.Help.defaultColorScheme(screen.isColoured() ? Ansi.ON : Ansi.OFF))
                        .build())
                .setParameterExceptionHandler((e, args) -> misused(screen, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(screen, e));
    }

    /** Without a subcommand there is nothing to do but to say what there is. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    private static int misused(Screen screen, ParameterException e) {
        CommandLine command = e.getCommandLine();
        screen.aside("ilura: " + VisibleText.oneLine(String.valueOf(e.getMessage())));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, Screen.writer(screen.err()));
        screen.aside("Try: " + command.getCommandSpec().qualifiedName(" ") + " --help");
        return Exit.USAGE;
    }

    /** A mistake of the user is told in his words; only a fault of Ilura shows where in the code it happened. */
    private static int failed(Screen screen, Exception e) {
        if (e instanceof ConfigException config) {
            screen.aside(screen.bad(config.code()) + ": " + config.what());
            for (ConfigProblem problem : config.problems()) {
                screen.aside("");
                screen.aside(screen.strong(problem.place()) + "  " + problem.key());
                screen.aside("  " + problem.what());
                screen.aside("  " + screen.faint(problem.fix()));
            }
            return Exit.USAGE;
        }
        if (e instanceof IluraException known) {
            screen.aside(screen.bad(known.code()) + ": " + VisibleText.oneLine(known.what()));
            screen.aside("  " + screen.faint(VisibleText.oneLine(known.fix())));
            return Exit.USAGE;
        }
        screen.aside("ilura: this should not have happened, and is a fault of Ilura " + Version.ofThisBuild()
                + ". Please report it with the lines below.");
        e.printStackTrace(screen.err());
        return Exit.INTERNAL;
    }

    /** Commands get the screen through their constructor. */
    private static IFactory factoryFor(Screen screen) {
        IFactory plain = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                    Class<?>[] parameters = constructor.getParameterTypes();
                    if (parameters.length == 1 && parameters[0] == Screen.class) {
                        return type.cast(constructor.newInstance(screen));
                    }
                }
                return plain.create(type);
            }
        };
    }
}
