package dev.ilura.gateway.cli;

import dev.ilura.policy.manifest.PinFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ilura pins forget}: a server is seen for the first time again. */
@Command(
        name = "forget",
        mixinStandardHelpOptions = true,
        description = "Forget the pins of a server, so that it is seen for the first time again.")
final class PinsForgetCommand implements Callable<Integer> {
    private final Screen screen;

    @ArgGroup(multiplicity = "1")
    private StateOption state;

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server's name.")
    private String server;

    PinsForgetCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        PinFile.in(state.directory()).forget(server);
        screen.line(screen.good("forgotten  ") + server);
        return Exit.FINE;
    }
}
