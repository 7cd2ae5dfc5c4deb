package dev.ilura.transport.stdio;

import dev.ilura.json.Digests;
import dev.ilura.spi.StartRequest;
import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.PathResolver;
import dev.ilura.transport.stdio.spawn.SpawnPlan;
import dev.ilura.transport.stdio.spawn.SpawnSpec;
import dev.ilura.transport.stdio.spawn.SpawnValidator;
import dev.ilura.transport.stdio.spawn.SpawnVerdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Judges a server's command line, has the gate admit it, and starts it. */
final class StdioTransport implements Transport {
    private final StdioServer server;

    StdioTransport(StdioServer server) {
        this.server = server;
    }

    @Override
    public Connection open(Receiver receiver, StartGate gate) throws IOException {
        SpawnVerdict verdict = new SpawnValidator(server.spawn(), PathResolver.ofThisMachine()).judge(spec());
        if (verdict instanceof SpawnVerdict.Denied denied) {
            throw denied.exception();
        }
        SpawnPlan plan =
                verdict instanceof SpawnVerdict.Asked asked ? asked.plan() : ((SpawnVerdict.Allowed) verdict).plan();
        Optional<String> question =
                verdict instanceof SpawnVerdict.Asked asked ? Optional.of(asked.why()) : Optional.empty();
        String identity = Digests.sha256Hex(plan.toString());
        gate.admit(new StartRequest(
                identity, plan.program() + " " + plan.args(), question, Map.of("confinement", "none")));
        return start(plan, identity, receiver);
    }

    private Connection start(SpawnPlan plan, String identity, Receiver receiver) throws IOException {
        PrivateDirectories directories = PrivateDirectories.create();
        try {
            List<String> argv = new ArrayList<>();
            argv.add(plan.program());
            argv.addAll(plan.args());
            Path home = server.home().orElse(directories.home());
            Files.createDirectories(home);
            Map<String, String> environment = ChildEnvironment.of(
                    server.spawn().launcherDirs(),
                    home,
                    directories.tmp(),
                    server.env(),
                    UUID.randomUUID().toString());
            ChildProcess child =
                    ChildProcess.start(argv, environment, server.cwd().orElse(directories.work()));
            StdioConnection connection = new StdioConnection(server, identity, child, receiver, directories::delete);
            connection.begin();
            return connection;
        } catch (IOException | RuntimeException e) {
            directories.delete();
            throw e;
        }
    }

    private SpawnSpec spec() {
        return new SpawnSpec(
                server.command().orElseThrow(),
                server.args(),
                server.env(),
                server.cwd().map(Path::toString),
                Os.current());
    }
}
