package dev.ilura.transport.stdio;

import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.confine.Confinement;
import dev.ilura.transport.stdio.confine.Profile;
import dev.ilura.transport.stdio.spawn.Os;
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
    private final Host host;

    StdioTransport(StdioServer server, Host host) {
        this.server = server;
        this.host = host;
    }

    @Override
    public Connection open(Receiver receiver, StartGate gate) throws IOException {
        SpawnVerdict verdict = new SpawnValidator(server.spawn(), host.paths()).judge(spec());
        if (verdict instanceof SpawnVerdict.Allowed allowed) {
            return open(allowed.plan(), Optional.empty(), receiver, gate);
        }
        if (verdict instanceof SpawnVerdict.Asked asked) {
            return open(asked.plan(), Optional.of(asked.why()), receiver, gate);
        }
        throw ((SpawnVerdict.Denied) verdict).exception();
    }

    private Connection open(SpawnPlan plan, Optional<String> question, Receiver receiver, StartGate gate)
            throws IOException {
        Shelter shelter = new Shelter(server, plan);
        Confinement confinement = shelter.confinement(host.confinements());
        Launch launch = new Launch(server, plan, confinement, host);
        gate.admit(launch.request(question));
        launch.verify();
        PrivateDirectories directories = PrivateDirectories.create();
        PinnedProgram program = PinnedProgram.byPath(plan.program());
        try {
            program = launch.program(directories);
            PinnedProgram held = program;
            Path cwd = plan.cwd().map(Path::of).orElse(directories.work());
            Profile profile = shelter.profile(directories, held, cwd);
            return StdioConnection.open(
                    server,
                    launch.identity(),
                    receiver,
                    () -> release(held, directories),
                    () -> start(launch, held, profile, directories));
        } catch (IOException | RuntimeException e) {
            release(program, directories);
            throw e;
        }
    }

    private static void release(PinnedProgram program, PrivateDirectories directories) {
        program.close();
        directories.delete();
    }

    /** On the connection's own thread, which the confinement may shut in together with the child. */
    private ChildProcess start(Launch launch, PinnedProgram program, Profile profile, PrivateDirectories directories)
            throws IOException {
        Path home = server.home().orElse(directories.home());
        Files.createDirectories(home);
        Map<String, String> environment = ChildEnvironment.of(
                server.spawn().launcherDirs(),
                home,
                directories.tmp(),
                server.env(),
                UUID.randomUUID().toString());
        Confinement confinement = launch.confinement();
        List<String> argv = new ArrayList<>();
        argv.add(confinement.hasOwnFiles() ? launch.plan().program() : program.path());
        argv.addAll(launch.plan().args());
        return confinement.start(
                () -> ChildProcess.start(confinement.wrap(argv, profile), environment, profile.cwd()), profile);
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
