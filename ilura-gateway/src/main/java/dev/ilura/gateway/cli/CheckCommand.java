package dev.ilura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura check}: what would be decided, by which rule, and why. Starts nothing. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Show what would be decided, by which rule, and why. Starts nothing.",
        subcommands = {CheckCallCommand.class, CheckManifestCommand.class, CheckSpawnCommand.class})
final class CheckCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    CheckCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Check what?");
    }
}
