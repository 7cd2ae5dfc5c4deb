package dev.ilura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura pins}: what servers offered when they were pinned. */
@Command(
        name = "pins",
        mixinStandardHelpOptions = true,
        description = "Show or give pins: what a server offered when it was first seen, and is held to since.",
        subcommands = {PinsListCommand.class, PinsApproveCommand.class, PinsForgetCommand.class})
final class PinsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    PinsCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What about the pins?");
    }
}
