package dev.ilura.gateway.cli;

import dev.ilura.ServerSpec;
import dev.ilura.gateway.ConfigException;
import dev.ilura.gateway.ConfigProblem;
import dev.ilura.gateway.GatewayConfig;
import dev.ilura.transport.sse.RemoteServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ilura doctor}: what this machine offers, what is misconfigured, and the fix. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Show what this machine offers and what is misconfigured, with the fix.",
            "Exit code: 0 nothing to mend, 1 something to mend."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Screen screen;

    @Option(names = "--config", paramLabel = "FILE", description = "Also check this configuration.")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    DoctorCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        List<Machine.Finding> findings = new ArrayList<>(Machine.behind(screen).findings());
        if (config != null) {
            findings.addAll(findingsIn(config));
        }
        if (json) {
            screen.json(Map.of(
                    "findings", findings.stream().map(DoctorCommand::asJson).toList()));
        } else {
            findings.forEach(this::print);
        }
        return findings.stream().anyMatch(Machine.Finding::needsMending) ? Exit.FINDING : Exit.FINE;
    }

    private static List<Machine.Finding> findingsIn(Path config) {
        try {
            GatewayConfig loaded = GatewayConfig.load(config);
            List<Machine.Finding> found = new ArrayList<>();
            found.add(Machine.Finding.fine(
                    "config",
                    config.getFileName() + ": " + loaded.servers().size() + " servers, "
                            + loaded.pods().size() + " pods"));
            loaded.servers().stream().flatMap(DoctorCommand::remote).forEach(found::add);
            return found;
        } catch (ConfigException e) {
            return e.problems().stream().map(DoctorCommand::finding).toList();
        }
    }

    /** What leaves this machine in the clear. */
    private static Stream<Machine.Finding> remote(ServerSpec server) {
        if (!(server instanceof RemoteServer remote) || remote.url().isEmpty()) {
            return Stream.empty();
        }
        URI url = remote.url().get();
        boolean here = List.of("localhost", "127.0.0.1", "[::1]").contains(url.getHost());
        String place = server.name() + ": " + url.getScheme() + "://" + url.getRawAuthority();
        return Stream.of(
                here || url.getScheme().equalsIgnoreCase("https")
                        ? Machine.Finding.fine("remote", place)
                        : Machine.Finding.weak(
                                "remote",
                                place + ", without TLS",
                                "Write https in servers." + server.name() + ".url."));
    }

    private static Machine.Finding finding(ConfigProblem problem) {
        String key = problem.key().isEmpty() ? "" : problem.key() + ": ";
        return Machine.Finding.wrong("config", problem.place() + "  " + key + problem.what(), problem.fix());
    }

    private void print(Machine.Finding finding) {
        String mark = switch (finding.state()) {
            case FINE -> screen.good("ok  ");
            case WEAK -> screen.careful("note");
            case WRONG -> screen.bad("mend");
        };
        screen.line(mark + "  " + String.format(java.util.Locale.ROOT, "%-12s", finding.part()) + finding.what());
        if (!finding.fix().isEmpty()) {
            screen.line("                  " + screen.faint(finding.fix()));
        }
    }

    private static Map<String, Object> asJson(Machine.Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("part", finding.part());
        object.put("state", finding.label());
        object.put("what", finding.what());
        object.put("fix", finding.fix());
        return object;
    }
}
