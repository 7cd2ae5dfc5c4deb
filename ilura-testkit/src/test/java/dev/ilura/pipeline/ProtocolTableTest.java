package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.internal.wire.Protocol;
import dev.ilura.internal.wire.Protocol.Direction;
import dev.ilura.internal.wire.Protocol.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table by which frames are routed has every method of every revision, and stands in the documentation. */
class ProtocolTableTest {
    private static final String BEGIN = "<!-- methods: printed by ProtocolTableTest -->\n";
    private static final String END = "<!-- end of methods -->";

    /** What the extension of 2026-07-28 has and its schema does not. */
    private static final Set<String> EXTENSION = Set.of("tasks/get", "tasks/cancel", "tasks/update");

    @ParameterizedTest
    @ValueSource(strings = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"})
    void everyMethodOfTheSchemaHasARow(String revision) {
        McpSchema schema = McpSchema.of(revision);
        boolean modern = revision.equals("2026-07-28");
        Set<String> requests = schema.methods("ClientRequest");
        if (modern) {
            requests.addAll(EXTENSION);
        }
        assertThat(methods(revision, Direction.TO_SERVER, true)).isEqualTo(requests);
        assertThat(methods(revision, Direction.TO_SERVER, false)).isEqualTo(schema.methods("ClientNotification"));
        Set<String> questions = schema.methods(modern ? "InputRequest" : "ServerRequest");
        assertThat(methods(revision, Direction.TO_CLIENT, true)).isEqualTo(questions);
        assertThat(methods(revision, Direction.TO_CLIENT, false)).isEqualTo(schema.methods("ServerNotification"));
    }

    private static Set<String> methods(String revision, Direction direction, boolean request) {
        return Protocol.table().stream()
                .filter(route -> route.direction() == direction && route.request() == request)
                .filter(route -> route.revisions().contains(revision))
                .map(Route::method)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** With {@code ILURA_DOCS=write} the page is written instead. */
    @Test
    void theTableStandsInTheDocumentation() throws IOException {
        Path page = Path.of("..", "docs", "protocol.md");
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if ("write".equals(System.getenv("ILURA_DOCS"))) {
            Files.writeString(page, text.substring(0, begin) + Protocol.markdown() + text.substring(end));
        } else {
            assertThat(text.substring(begin, end)).isEqualTo(Protocol.markdown());
        }
    }
}
