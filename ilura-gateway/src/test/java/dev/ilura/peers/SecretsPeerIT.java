package dev.ilura.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a started server sees of the environment of whoever started it; a pair. The variable stands in the environment
 * of these tests (set in the POM), so the Java SDK's client has it, and so has the gateway that the client starts.
 */
class SecretsPeerIT {
    private static final String NAME = "ILURA_PEERS_SECRET";

    private final ServerCommand everything = RealServer.EVERYTHING.command(Path.of("unused"));

    @Test
    void thePlainJavaSdkLeaksTheWholeEnvironment() {
        Map<String, String> seen = environmentSeen(everything, Call.to("get-env"));

        assertThat(seen).containsEntry(NAME, System.getenv(NAME));
        assertThat(own(seen)).as("variables that leak").isEqualTo(own(System.getenv()));
        System.out.printf(
                "plain Java SDK: the server sees %d variables of its starter%n",
                own(seen).size());
    }

    @Test
    void throughTheGateTheServerSeesWhatItsConfigurationGivesAndNothingElse(@TempDir Path dir) {
        GateHome gate = GateHome.in(dir)
                .server("everything", everything.with("GREETING", "hello"))
                .allow("everything/*");

        Map<String, String> seen =
                environmentSeen(gate.serve(), Call.to("get-env").through("everything"));

        assertThat(System.getenv(NAME)).isNotBlank();
        assertThat(seen).doesNotContainKey(NAME).containsEntry("GREETING", "hello");
        assertThat(seen.values()).noneMatch(value -> value.contains(System.getenv(NAME)));
        assertThat(seen.keySet())
                .as("a base that says nothing about the starter")
                .hasSizeLessThan(12);
        System.out.printf("through the gate: the server sees %s%n", seen.keySet());
    }

    private static Map<String, String> environmentSeen(ServerCommand server, Call call) {
        JsonValue result = new JavaSdk().visit(server, List.of(call)).results().get(0);
        JsonValue variables =
                JsonValue.parse(result.at("/content/0/text").orElseThrow().text());
        Map<String, String> seen = new TreeMap<>();
        variables.members().forEach((name, value) -> seen.put(name, value.text()));
        return seen;
    }

    /** Those that the starter has with the same value; {@code _} and the like change with each start. */
    private static Map<String, String> own(Map<String, String> seen) {
        return seen.entrySet().stream()
                .filter(variable -> variable.getValue().equals(System.getenv(variable.getKey())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
