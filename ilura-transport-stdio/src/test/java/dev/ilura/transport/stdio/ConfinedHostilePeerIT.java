package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ilura.spi.Transport;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server that tries to get out, under each confinement, on each JDK of this machine. What the plain launcher lets it do
 * is shown first, so that a refusal is the work of the confinement.
 */
class ConfinedHostilePeerIT {
    private static final Path SCRIPT = Path.of(System.getProperty("ilura.peers.dir", "../peers"), "hostile-confined.py")
            .toAbsolutePath()
            .normalize();
    private static final Map<Integer, Path> JDKS = jdks();

    private final String mark = "ilura-daemon-" + UUID.randomUUID();
    private Path base;
    private Path root;
    private Path ssh;
    private ServerSocket tcp;
    private DatagramSocket udp;
    private ServerSocketChannel unix;
    private Process abstractListener;

    static Stream<Arguments> cages() {
        return JDKS.entrySet().stream()
                .flatMap(jdk -> (jdk.getKey() < 22
                                ? Stream.of(ConfinementChoice.BUBBLEWRAP)
                                : Stream.of(
                                        ConfinementChoice.LANDLOCK,
                                        ConfinementChoice.BUBBLEWRAP,
                                        ConfinementChoice.STRONGEST))
                        .map(choice -> Arguments.of(jdk.getKey(), choice)));
    }

    @BeforeEach
    void victims() throws IOException {
        base = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "confined")
                .toRealPath();
        root = Files.createDirectory(base.resolve("root"));
        Files.writeString(root.resolve("mine.txt"), "mine");
        Files.createDirectory(base.resolve("other"));
        Files.writeString(base.resolve("other/secret.txt"), "secret");
        Path home = Files.createDirectories(Path.of(System.getProperty("user.home"), ".ssh"));
        ssh = Files.writeString(home.resolve("ilura-peer-" + UUID.randomUUID()), "no key");
        tcp = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        udp = new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Thread echo = new Thread(this::echo, "echo");
        echo.setDaemon(true);
        echo.start();
        unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(base.resolve("daemon.sock")));
        String listen = "import socket,sys;s=socket.socket(socket.AF_UNIX);s.bind('\\0" + mark
                + "');s.listen(50);print('ready',flush=True);sys.stdin.read()";
        abstractListener = new ProcessBuilder("/usr/bin/python3", "-c", listen).start();
        assertThat(abstractListener.getInputStream().read()).isEqualTo('r');
    }

    @AfterEach
    void clean() throws IOException {
        abstractListener.destroyForcibly();
        tcp.close();
        udp.close();
        unix.close();
        Files.delete(ssh);
        survivors().forEach(ProcessHandle::destroyForcibly);
        PrivateDirectories.remove(base);
    }

    @Test
    void bothKindsOfJdkAreHere() {
        assertThat(JDKS.keySet()).anyMatch(version -> version < 22).anyMatch(version -> version >= 22);
    }

    @Test
    void plainLauncherLetsItDoAllThat() throws Exception {
        Map<String, String> went =
                run(JDKS.keySet().iterator().next(), ConfinementChoice.NONE, "unsaid", attempts("hermit"));

        assertThat(went).containsEntry("level", "none");
        assertThat(attempts("hermit").keySet())
                .allSatisfy(what -> assertThat(went).containsEntry(what, "done"));
        await().untilAsserted(() -> assertThat(survivors()).isEmpty());
    }

    @ParameterizedTest(name = "JDK {0}, {1}")
    @MethodSource("cages")
    void nothingGetsOut(int jdk, ConfinementChoice choice) throws Exception {
        String daemon = "hermit";
        Map<String, String> expected = new LinkedHashMap<>();
        attempts(daemon).keySet().forEach(what -> expected.put(what, "failed"));
        expected.put("read.mine", "done");
        expected.put("write.mine", "done");
        expected.put(daemon, "done");

        Map<String, String> went = run(jdk, choice, "none", attempts(daemon));

        assertThat(went.get("level")).isEqualTo(level(choice));
        went.remove("level");
        assertThat(went).containsAllEntriesOf(expected);
        assertThat(base.resolve("other/left.txt")).doesNotExist();
        await().untilAsserted(() -> assertThat(survivors()).isEmpty());
    }

    /** Without a process namespace nobody can tell whose it is. But it is told of, and it does not get out of its cage. */
    @ParameterizedTest(name = "JDK {0}, {1}")
    @MethodSource("cages")
    void whoWipesEveryMarkIsEndedByTheKernelOrReported(int jdk, ConfinementChoice choice) throws Exception {
        String ending = ending(output(jdk, choice, "any", Map.of("shedder", mark)));

        if (choice == ConfinementChoice.LANDLOCK) {
            assertThat(survivors()).hasSize(1);
            assertThat(ending).contains("[" + survivors().get(0).pid() + "]");
        } else {
            await().untilAsserted(() -> assertThat(survivors()).isEmpty());
            assertThat(ending).doesNotContain("Processes");
        }
    }

    @Test
    void whoWipesEveryMarkWithoutAnyConfinementIsReported() throws Exception {
        String ending = ending(
                output(JDKS.keySet().iterator().next(), ConfinementChoice.NONE, "unsaid", Map.of("shedder", mark)));

        assertThat(survivors()).hasSize(1);
        assertThat(ending).contains("[" + survivors().get(0).pid() + "]");
    }

    /** The network alone is open: what listens on this machine in other ways is not. */
    @ParameterizedTest(name = "JDK {0}, {1}")
    @MethodSource("cages")
    void networkIsNoWayToTheDaemonsOfThisMachine(int jdk, ConfinementChoice choice) throws Exception {
        Map<String, String> went = run(jdk, choice, "any", attempts("daemon"));

        assertThat(went)
                .containsEntry("tcp", "done")
                .containsEntry("unix", "failed")
                .containsEntry("ptrace", "failed");
        if (jdk >= 22 && choice != ConfinementChoice.BUBBLEWRAP) {
            assertThat(went).containsEntry("abstract", "failed").containsEntry("signal", "failed");
        }
    }

    @Test
    void namedHostsAreReachedThroughTheProxyAndNothingElseIs() throws Exception {
        int port = tcp.getLocalPort();
        Host here = Host.THIS;
        Host host = new Host(
                here.paths(),
                here.digests(),
                here.confinements(),
                (name, wanted) -> {
                    assertThat(wanted).isEqualTo(443);
                    return List.of(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
                },
                here.holding());
        StdioServer server = StdioServer.named("hosts")
                .command(
                        "python3",
                        SCRIPT.toString(),
                        "proxied",
                        "api.example.com:443",
                        "proxied",
                        "other.example.com:443",
                        "proxied",
                        "api.example.com:22",
                        "tcp",
                        "127.0.0.1:" + port,
                        "udp",
                        "192.0.2.1:53")
                .spawn(rules())
                .network(Network.hosts(List.of("api.example.com")));
        Ear ear = new Ear();

        try (Transport.Connection connection = new StdioTransport(server, host).open(ear, request -> {})) {
            assertThat(Ear.next(ear.frames)).isEqualTo("proxied done");
            assertThat(Ear.next(ear.frames)).isEqualTo("proxied failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("proxied failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("tcp failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("udp failed");
        }
    }

    @Test
    void limitOfOpenFilesHolds() throws Exception {
        StdioServer server = StdioServer.named("limited")
                .command(
                        "python3",
                        SCRIPT.toString(),
                        "files",
                        "10",
                        "files",
                        "100",
                        "allocate",
                        "10",
                        "allocate",
                        "200")
                .spawn(rules())
                .limits(new ResourceLimits(
                        java.util.OptionalLong.of(64L << 20),
                        java.util.OptionalInt.empty(),
                        java.util.OptionalInt.of(32)));
        Ear ear = new Ear();
        try (Transport.Connection connection = server.transport().open(ear, request -> {})) {
            assertThat(Ear.next(ear.frames)).isEqualTo("files done");
            assertThat(Ear.next(ear.frames)).isEqualTo("files failed");
            assertThat(Ear.next(ear.frames)).isEqualTo("allocate done");
            assertThat(Ear.next(ear.frames)).isEqualTo("allocate failed");
        }
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[1], 1);
        try {
            while (true) {
                udp.receive(packet);
                udp.send(packet);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static SpawnRules rules() {
        return SpawnRules.standard()
                .launcherDirs(List.of("/usr/bin"))
                .serverRoots(List.of(Objects.requireNonNull(SCRIPT.getParent()).toString()));
    }

    /** By name; where two attempts are of one kind, the name says which. */
    private Map<String, String> attempts(String daemon) {
        long parent = ProcessHandle.current().pid();
        Map<String, String> attempts = new LinkedHashMap<>();
        attempts.put("read.mine", root.resolve("mine.txt").toString());
        attempts.put("write.mine", root.resolve("new.txt").toString());
        attempts.put("read.ssh", ssh.toString());
        attempts.put("read.shadow", "/etc/shadow");
        attempts.put("read.other", base.resolve("other/secret.txt").toString());
        attempts.put("write.other", base.resolve("other/left.txt").toString());
        attempts.put("tcp", "127.0.0.1:" + tcp.getLocalPort());
        attempts.put("udp", "127.0.0.1:" + udp.getLocalPort());
        attempts.put("unix", base.resolve("daemon.sock").toString());
        attempts.put("abstract", mark);
        attempts.put("signal", Long.toString(parent));
        attempts.put("ptrace", Long.toString(parent));
        attempts.put("memory", Long.toString(parent));
        attempts.put("environment", Long.toString(parent));
        attempts.put(daemon, mark);
        return attempts;
    }

    private Map<String, String> run(int jdk, ConfinementChoice choice, String network, Map<String, String> attempts)
            throws Exception {
        return read(output(jdk, choice, network, attempts), List.copyOf(attempts.keySet()));
    }

    private static String ending(String output) {
        return output.lines()
                .filter(line -> line.startsWith("ending"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }

    private String output(int jdk, ConfinementChoice choice, String network, Map<String, String> attempts)
            throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Objects.requireNonNull(JDKS.get(jdk)).toString()));
        if (jdk >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ConfinedRun.class.getName()));
        command.addAll(List.of(choice.name(), network, root.toString(), SCRIPT.toString()));
        attempts.forEach((what, where) -> command.addAll(List.of(what.replaceFirst("\\..*", ""), where)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static Map<String, String> read(String output, List<String> names) {
        List<String> lines = output.lines().toList();
        assertThat(lines).as(output).hasSize(names.size() + 2);
        Map<String, String> went = new TreeMap<>();
        went.put("level", lines.get(0).replace("level ", ""));
        for (int i = 0; i < names.size(); i++) {
            went.put(names.get(i), lines.get(i + 1).replaceFirst(".* ", ""));
        }
        assertThat(lines.get(lines.size() - 1))
                .startsWith("ending ILR-STDIO-004")
                .doesNotContain("Processes");
        return went;
    }

    private static String level(ConfinementChoice choice) {
        String landlock =
                Host.THIS.confinements().landlock().map(found -> found.level()).orElse("landlock-7+seccomp");
        return switch (choice) {
            case LANDLOCK -> landlock;
            case BUBBLEWRAP -> "bubblewrap";
            default -> "bubblewrap+" + landlock.replace("+seccomp", "");
        };
    }

    private List<ProcessHandle> survivors() throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (isDaemon(process)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private boolean isDaemon(Path process) {
        try {
            byte[] line = Files.readAllBytes(process.resolve("cmdline"));
            List<String> words = Arrays.asList(new String(line, StandardCharsets.UTF_8).split("\0", -1));
            return words.size() > 1 && words.get(0).equals("python3") && words.contains(mark) && words.contains("-c");
        } catch (IOException gone) {
            return false;
        }
    }

    private static Map<Integer, Path> jdks() {
        Map<Integer, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(Path.of("/usr/lib/jvm"))) {
            for (Path home : homes) {
                Path release = home.resolve("release");
                if (Files.isExecutable(home.resolve("bin/java")) && Files.isReadable(release)) {
                    String version = Files.readString(release, StandardCharsets.UTF_8)
                            .replaceFirst("(?s).*JAVA_VERSION=\"([0-9]+).*", "$1");
                    found.put(Integer.parseInt(version), home.resolve("bin/java"));
                }
            }
        } catch (IOException none) {
            // the test that wants both kinds fails
        }
        return found;
    }
}
