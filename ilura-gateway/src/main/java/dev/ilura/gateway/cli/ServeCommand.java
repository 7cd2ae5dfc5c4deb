package dev.ilura.gateway.cli;

import dev.ilura.Gateway;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.gateway.PolicyReload;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.TimeSource;
import dev.ilura.text.VisibleText;
import dev.ilura.transport.sse.HttpFront;
import dev.ilura.transport.stdio.MachineConfinement;
import dev.ilura.transport.stdio.StdioFront;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ilura serve}: an MCP server for one client, over standard input and output, or for several over HTTP. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve a pod to an MCP client over standard input and output, or to clients over HTTP.",
            "Put this command into the client's configuration in place of its servers."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Pattern PLACE = Pattern.compile("(\\[[0-9A-Fa-f:]+]|[A-Za-z0-9.-]+):([0-9]{1,5})");

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

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            description =
                    "Serve over HTTP there; 127.0.0.1 unless other machines shall reach it. Tokens are in [http].")
    private @Nullable String http;

    @Option(names = "--tls", description = "With --http: speak TLS, with the certificate of [http] or an own one.")
    private boolean tls;

    ServeCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() throws IOException {
        PolicyReload reload = PolicyReload.of(config);
        GatewayConfig loaded = reload.config();
        String served = pod == null ? loaded.defaultPod() : pod;
        if (loaded.pod(served).isEmpty()) {
            throw new ParameterException(spec.commandLine(), "There is no pod \"" + served + "\" in " + config + ".");
        }
        McpFront front = http == null ? stdio() : http(loaded, http);
        Gateway gateway = loaded.open(builder -> builder.listener(new ServerNews(screen)));
        screen.aside("ilura: serving pod " + served + "; the log is in "
                + loaded.stateDir().resolve("log"));
        if (loaded.servers().stream().anyMatch(StdioServer.class::isInstance)) {
            screen.aside("ilura: confinement at most "
                    + MachineConfinement.strongest().summary());
        }
        reload.watch(TimeSource.system(), LOOK_EVERY, news -> screen.aside("ilura: " + VisibleText.oneLine(news)));
        try {
            Serving.run(gateway, front, served);
        } finally {
            reload.close();
        }
        return Exit.FINE;
    }

    private McpFront stdio() {
        if (tls) {
            throw new ParameterException(spec.commandLine(), "--tls belongs to --http.");
        }
        return StdioFront.onSystemStreams();
    }

    private McpFront http(GatewayConfig loaded, String place) {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
            throw new ParameterException(
                    spec.commandLine(), "\"" + place + "\" is no HOST:PORT, for example 127.0.0.1:7440.");
        }
        String host = parts.group(1).replaceAll("[\\[\\]]", "");
        return loaded.httpFront(host, Integer.parseInt(parts.group(2)), tls).whenListening(this::announce);
    }

    private void announce(HttpFront.Listening listening) {
        screen.aside("ilura: listening on " + listening.url());
        listening.pin().ifPresent(pin -> screen.aside("ilura: clients pin the key with tls_pin = \"" + pin + "\""));
    }
}
