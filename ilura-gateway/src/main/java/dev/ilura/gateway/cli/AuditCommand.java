package dev.ilura.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura audit}: what the log says, and whether it can be believed. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Show what the log says, and whether it can be believed.",
        subcommands = {
            AuditVerifyCommand.class,
            AuditTraceCommand.class,
            AuditTailCommand.class,
            AuditSearchCommand.class,
            AuditProveCommand.class,
            AuditExportCommand.class
        })
final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    AuditCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "What about the log?");
    }
}
