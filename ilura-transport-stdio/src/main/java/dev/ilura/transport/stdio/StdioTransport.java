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
    private final ApprovedStarts approved;

    StdioTransport(StdioServer server, Host host) {
        this.server = server;
        this.host = host;
        approved = new ApprovedStarts(server.state());
    }

    @Override
    public Connection open(Receiver receiver, StartGate gate) throws IOException {
        SpawnValidator validator = new SpawnValidator(server.spawn(), host.paths());
        SpawnVerdict verdict = validator.judge(spec());
        if (verdict instanceof SpawnVerdict.Denied denied) {
            throw denied.exception();
        }
        boolean asked = verdict instanceof SpawnVerdict.Asked;
        SpawnPlan judged = asked ? ((SpawnVerdict.Asked) verdict).plan() : ((SpawnVerdict.Allowed) verdict).plan();
        Optional<String> question = asked ? Optional.of(((SpawnVerdict.Asked) verdict).why()) : Optional.empty();
        Optional<Lowering.Lowered> lowered =
                lowering(validator).filter(step -> step.covers(judged)).map(step -> step.lower(judged));
        Optional<String> whole = question.map(why -> lowered.flatMap(Lowering.Lowered::chosen)
                .map(chosen -> why + " " + chosen)
                .orElse(why));
        return open(lowered.map(Lowering.Lowered::plan).orElse(judged), lowered, whole, receiver, gate);
    }

    /** Packages are installed where there is a place to keep them, and npm and node to do it with. */
    private Optional<Lowering> lowering(SpawnValidator validator) {
        if (server.packages() == PackageChoice.LAUNCHER || server.state().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> npm = validator.launcherPath("npm");
        Optional<String> node = validator.launcherPath("node");
        if (npm.isEmpty() || node.isEmpty()) {
            return Optional.empty();
        }
        Errand errand = new ShutInErrand(
                Path.of(npm.get()),
                server.spawn().launcherDirs(),
                host.confinements().strongest());
        Path store = server.state().get().resolve("packages").resolve("npm");
        return Optional.of(
                new Lowering(new NpmPackages(store, server.spawn(), errand, server.npmRegistry()), node.get()));
    }

    private Connection open(
            SpawnPlan plan,
            Optional<Lowering.Lowered> lowered,
            Optional<String> question,
            Receiver receiver,
            StartGate gate)
            throws IOException {
        Shelter shelter =
                new Shelter(server, plan, lowered.map(step -> step.installed().directory()));
        Confinement confinement = shelter.confinement(host.confinements());
        Launch launch = new Launch(server, plan, confinement, host);
        gate.admit(launch.request(question, approved.last(server.name())));
        approved.remember(server.name(), launch.start());
        launch.verify();
        PrivateDirectories directories = PrivateDirectories.create();
        Start start = new Start(launch, shelter, directories);
        try {
            start.hold();
            return StdioConnection.open(server, launch.identity(), receiver, start::release, start::run);
        } catch (IOException | RuntimeException e) {
            start.release();
            throw e;
        }
    }

    /** What one start holds until everything of its child is gone. */
    private final class Start {
        private final Launch launch;
        private final Shelter shelter;
        private final PrivateDirectories directories;
        private PinnedProgram program;
        private Optional<HostProxy> proxy = Optional.empty();

        Start(Launch launch, Shelter shelter, PrivateDirectories directories) {
            this.launch = launch;
            this.shelter = shelter;
            this.directories = directories;
            program = PinnedProgram.byPath(launch.plan().program());
        }

        void hold() throws IOException {
            program = launch.program(directories);
            if (shelter.namesHosts()) {
                proxy = Optional.of(HostProxy.listen(
                        server.name(),
                        directories.proxy(),
                        server.network().orElseThrow().hosts(),
                        host.lookup()));
            }
        }

        /** On the connection's own thread, which the confinement may shut in together with the child. */
        ChildProcess run() throws IOException {
            Path home = server.home().orElse(directories.home());
            Files.createDirectories(home);
            Path cwd = launch.plan().cwd().map(Path::of).orElse(directories.work());
            Profile profile = shelter.profile(directories, program, cwd);
            Map<String, String> environment = ChildEnvironment.of(
                    server.spawn().launcherDirs(),
                    home,
                    directories.tmp(),
                    server.env(),
                    UUID.randomUUID().toString());
            if (proxy.isPresent()) {
                environment.putAll(ChildEnvironment.proxy(ProxyRelay.PORT));
            }
            Confinement confinement = launch.confinement();
            List<String> argv = new ArrayList<>();
            argv.add(confinement.hasOwnFiles() ? launch.plan().program() : program.path());
            argv.addAll(launch.plan().args());
            List<String> whole = shelter.prefixed(argv, directories, host.confinements());
            Optional<LimitMark> limits = marked(whole, confinement);
            try {
                program.verify();
                return confinement.start(
                        () -> ChildProcess.start(confinement.wrap(whole, profile), environment, profile.cwd(), limits),
                        profile);
            } catch (IOException | RuntimeException e) {
                limits.ifPresent(LimitMark::release);
                throw e;
            }
        }

        /** A cage with a process namespace of its own ends everything in it; elsewhere what is left has to be found. */
        private Optional<LimitMark> marked(List<String> argv, Confinement confinement) {
            Optional<Path> prlimit = host.confinements().prlimit();
            Optional<LimitMark> mark =
                    confinement.hasOwnFiles() || prlimit.isEmpty() ? Optional.empty() : LimitMark.fresh();
            mark.ifPresent(limits -> {
                argv.add(0, "--");
                argv.addAll(0, limits.options());
                argv.add(0, prlimit.orElseThrow().toString());
            });
            return mark;
        }

        void release() {
            proxy.ifPresent(HostProxy::close);
            program.close();
            directories.delete();
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
