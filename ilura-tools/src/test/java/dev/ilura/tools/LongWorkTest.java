package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.CallOutcome;
import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long work says how far it is and ends when nobody waits for it any more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongWorkTest {
    private static final int FILES = 2500;

    private Path root;

    @BeforeAll
    void manyFiles(@TempDir Path dir) throws IOException {
        root = Files.createDirectory(dir.resolve("root")).toRealPath();
        Path many = Files.createDirectory(root.resolve("many"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(many.resolve("f" + i + ".txt"), "line\n");
        }
    }

    private Map<String, ?> arguments(String tool) {
        String many = root.resolve("many").toString();
        return switch (tool) {
            case "search_files" -> Map.of("path", many, "pattern", "*.none");
            case "search_content" -> Map.of("path", many, "pattern", "nowhere");
            default -> Map.of("path", many);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"search_files", "search_content", "directory_tree"})
    void whatLooksAtALotSaysHowFarItIs(String tool) throws ToolException {
        Asked whole = Asked.of(tool, arguments(tool));
        whole.of(FileIo.in(root));

        assertThat(whole.progress).isNotEmpty().isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"search_files", "search_content", "directory_tree"})
    void whatLooksAtALotEndsWhenItIsGivenUp(String tool) {
        Asked asked = Asked.givenUpAfter(1, tool, arguments(tool));

        assertThatThrownBy(() -> asked.of(FileIo.in(root))).hasMessageContaining("ILR-TOOLS-001");
        assertThat(asked.progress).as("nothing was done after it").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy_file", "delete_file"})
    void aChangeThatIsGivenUpLeavesWholeFilesOnlyAndCanBeUndone(String tool, @TempDir Path other) throws IOException {
        Path small = Files.createDirectory(other.resolve("root"));
        Path many = Files.createDirectory(small.resolve("many"));
        for (int i = 0; i < 600; i++) {
            Files.writeString(many.resolve("f" + i), "content");
        }
        TreeState before = TreeState.of(small);
        FileIo files = FileIo.in(small);
        Map<String, ?> arguments = tool.equals("copy_file")
                ? Map.of("source", "many", "destination", "copy")
                : Map.of("path", "many", "recursive", true);
        try (OpenGate gate = new OpenGate(files, TimeMachine.in(other.resolve("store")))) {
            Asked asked = Asked.givenUpAfter(2, tool, arguments);
            assertThatThrownBy(() -> asked.of(files)).hasMessageContaining("ILR-TOOLS-001");
            assertThat(asked.progress).containsExactly(200L, 400L);
            Path half = tool.equals("copy_file") ? small.resolve("copy") : many;
            try (var left = Files.list(half)) {
                assertThat(left.toList())
                        .hasSizeBetween(1, 599)
                        .allSatisfy(file -> assertThat(file).hasContent("content"));
            }

            TimeMachineTest.restore(gate, Map.of("call", asked.call().id()));

            assertThat(TreeState.of(small).differencesTo(before)).isEmpty();
        }
    }

    @Test
    void aFetchThatIsGivenUpEndsAtOnce() throws IOException {
        try (HttpFixture site = new HttpFixture().silence("/silence");
                OpenGate gate =
                        new OpenGate(Network.guarded().reaching("127.0.0.1/32").ignoringRobots())) {
            AtomicReference<Thread> caller = new AtomicReference<>();
            CompletableFuture<CallOutcome> outcome = CompletableFuture.supplyAsync(() -> {
                caller.set(Thread.currentThread());
                return gate.outcome("network", "fetch", Map.of("url", site.url("127.0.0.1", "/silence")));
            });
            await().until(() -> site.seen.contains("GET /silence"));

            caller.get().interrupt();

            assertThat(outcome).succeedsWithin(Duration.ofSeconds(10));
            assertThat(outcome.join()).isNotInstanceOf(CallOutcome.Completed.class);
        }
    }
}
