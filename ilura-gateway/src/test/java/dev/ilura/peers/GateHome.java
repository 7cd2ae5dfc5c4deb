package dev.ilura.peers;

import static java.util.stream.Collectors.joining;

import dev.ilura.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A directory with a {@code config.toml} as an operator writes it, and the state of its gateway beside it. */
final class GateHome {
    private final Path dir;
    private final List<String> names = new ArrayList<>();
    private final StringBuilder servers = new StringBuilder();
    private final StringBuilder rules = new StringBuilder();
    private final StringBuilder more = new StringBuilder();
    private String confinement = "strongest";

    private GateHome(Path dir) {
        this.dir = dir;
    }

    static GateHome in(Path dir) {
        return new GateHome(dir);
    }

    GateHome server(String name, ServerCommand command, Path... roots) {
        names.add(name);
        servers.append("\n[servers.").append(name).append("]\n");
        line(servers, "command", quoted(command.command()));
        line(servers, "args", quoted(command.args()));
        line(servers, "env", table(command.environment()));
        line(
                servers,
                "roots",
                quoted(List.of(roots).stream().map(Path::toString).toList()));
        return this;
    }

    /** The gateway's own tools over a directory. */
    GateHome tools(Path root, String... lines) {
        names.addAll(List.of("file_io", "network", "time_machine"));
        more.append("\n[tools]\nroots = ")
                .append(quoted(List.of(root.toString())))
                .append("\nfile_io = true\ntime_machine = true\n\n[tools.network]\n")
                .append(String.join("\n", lines))
                .append('\n');
        return this;
    }

    /** Nothing of its own but a time machine that keeps the roots of these servers. */
    GateHome watching(String... servers) {
        names.add("time_machine");
        return section("[tools.time_machine]\nservers = " + quoted(List.of(servers)));
    }

    GateHome allow(String... tools) {
        return rule("tools = " + quoted(List.of(tools)), "decision = \"allow\"");
    }

    /** A rule, one key a line; the first that matches decides. */
    GateHome rule(String... lines) {
        rules.append("\n[[pods.default.rules]]\n")
                .append(String.join("\n", lines))
                .append('\n');
        return this;
    }

    /** {@code none} shows what holds without the help of the kernel. */
    GateHome confinement(String name) {
        confinement = name;
        return this;
    }

    /** A section of its own, for example {@code [resilience]}. */
    GateHome section(String toml) {
        more.append('\n').append(toml).append('\n');
        return this;
    }

    /** Writes the file. */
    Path config() {
        String text =
                """
                [gateway]
                state_dir = "state"

                [spawn]
                launchers = ["node"]
                server_roots = %s
                confinement = "%s"
                %s
                [pods.default]
                servers = %s
                %s%s""".formatted(quoted(List.of(Peers.DIR.toString())), confinement, servers, quoted(names), rules, more);
        try {
            return Files.writeString(dir.resolve("config.toml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path state() {
        return dir.resolve("state");
    }

    /** What a client is told instead of the server. */
    ServerCommand serve() {
        return new ServerCommand(
                Peers.ilura().toString(), List.of("serve", "--config", config().toString()), Peers.iluraEnvironment());
    }

    /** Serves over HTTP on a port of its own until it is closed. */
    Listening listening() {
        List<String> command = new ArrayList<>(serve().line());
        command.addAll(List.of("--http", "127.0.0.1:0"));
        return Listening.start(command, Peers.iluraEnvironment(), Pattern.compile("listening on (http://\\S+)"));
    }

    /** Runs {@code ilura} with these words, and {@code --state} of this home. */
    Finished ilura(String... words) {
        List<String> command = new ArrayList<>(List.of(Peers.ilura().toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--state", state().toString()));
        return Finished.run(command, Peers.iluraEnvironment(), "");
    }

    private static void line(StringBuilder toml, String key, String value) {
        toml.append(key).append(" = ").append(value).append('\n');
    }

    private static String table(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> member.getKey() + " = " + quoted(member.getValue()))
                .collect(joining(", ", "{ ", " }"));
    }

    private static String quoted(List<String> texts) {
        return texts.stream().map(GateHome::quoted).collect(joining(", ", "[", "]"));
    }

    /** JSON's escapes are TOML's too. */
    private static String quoted(String text) {
        return new String(JsonWriter.string(text), StandardCharsets.UTF_8);
    }
}
