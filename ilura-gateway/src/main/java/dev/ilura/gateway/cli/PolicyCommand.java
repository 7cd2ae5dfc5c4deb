package dev.ilura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura policy}: is the policy what its author thinks it is? */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Find out whether the policy is what you think it is. Calls nothing.",
        subcommands = {
            PolicyLintCommand.class,
            PolicyTestCommand.class,
            PolicyExplainCommand.class,
            PolicyReplayCommand.class,
            PolicySearchCommand.class
        })
final class PolicyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    PolicyCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What about the policy?");
    }
}
