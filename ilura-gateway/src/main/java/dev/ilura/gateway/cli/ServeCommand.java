package dev.ilura.gateway.cli;

import dev.ilura.Gateway;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.spi.McpFront;
import dev.ilura.transport.stdio.MachineConfinement;
import dev.ilura.transport.stdio.StdioFront;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura serve}: an MCP server for one client, over standard input and output. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve a pod to an MCP client over standard input and output.",
            "Put this command into the client's configuration in place of its servers."
        })
final class ServeCommand implements Callable<Integer> {
    private final Screen screen;

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration, config.toml.")
    private Path config;

    @Option(
            names = "--pod",
            paramLabel = "POD",
            description = "What the client may reach; gateway.default_pod otherwise.")
    private @Nullable String pod;

    ServeCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        GatewayConfig loaded = GatewayConfig.load(config);
        String served = pod == null ? loaded.defaultPod() : pod;
        if (loaded.pod(served).isEmpty()) {
            throw new ParameterException(spec.commandLine(), "There is no pod \"" + served + "\" in " + config + ".");
        }
        McpFront front = StdioFront.onSystemStreams();
        Gateway gateway = loaded.open(builder -> builder.listener(new ServerNews(screen)));
        screen.aside("ilura: serving pod " + served + "; the log is in "
                + loaded.stateDir().resolve("log"));
        if (loaded.servers().stream().anyMatch(StdioServer.class::isInstance)) {
            screen.aside("ilura: confinement at most "
                    + MachineConfinement.strongest().summary());
        }
        Serving.run(gateway, front, served);
        return Exit.FINE;
    }
}
