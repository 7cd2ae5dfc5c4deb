package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.ilura.ServerSpec;
import dev.ilura.spi.Settings;
import dev.ilura.spi.TransportProvider;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StdioTransportProviderTest {
    private final Settings table = mock(Settings.class);
    private final Settings root = mock(Settings.class);
    private final Settings spawn = mock(Settings.class);

    @Test
    void tableBecomesAServer() {
        when(table.text("command")).thenReturn(Optional.of("node"));
        when(table.texts("args")).thenReturn(List.of("/opt/mcp/servers/one/main.js"));
        when(table.paths("roots")).thenReturn(List.of(Path.of("/srv/docs")));
        when(table.text("pins")).thenReturn(Optional.of("review"));
        when(table.text("network")).thenReturn(Optional.of("none"));
        when(table.secrets("env")).thenReturn(Map.of("TOKEN", dev.ilura.Secret.of("x")));

        StdioServer server = (StdioServer) create().orElseThrow();

        assertThat(server.name()).isEqualTo("files");
        assertThat(server.command()).contains("node");
        assertThat(server.roots()).containsExactly(Path.of("/srv/docs"));
        assertThat(server.pins()).isEqualTo(ServerSpec.PinMode.REVIEW);
        assertThat(server.network()).contains(Network.NONE);
        assertThat(server.env()).containsOnlyKeys("TOKEN");
    }

    @Test
    void rulesOfTheSpawnTableHold() {
        when(table.text("command")).thenReturn(Optional.of("node"));
        when(root.table("spawn")).thenReturn(Optional.of(spawn));
        when(spawn.texts("launchers")).thenReturn(List.of("node"));
        when(spawn.paths("server_roots")).thenReturn(List.of(Path.of("/srv/servers")));
        when(spawn.text("confinement")).thenReturn(Optional.of("none"));
        Settings registered = mock(Settings.class);
        when(spawn.table("registered")).thenReturn(Optional.of(registered));
        when(registered.keys()).thenReturn(Set.of("notes"));
        when(registered.path("notes")).thenReturn(Optional.of(Path.of("/opt/notes")));

        StdioServer server = (StdioServer) create().orElseThrow();

        assertThat(server.spawn().launchers()).containsExactly("node");
        assertThat(server.spawn().serverRoots()).containsExactly("/srv/servers");
        assertThat(server.spawn().registered()).containsOnlyKeys("notes");
        assertThat(server.confinement()).isEqualTo(ConfinementChoice.NONE);
    }

    @Test
    void everyMistakeIsNoted() {
        when(table.text("network")).thenReturn(Optional.of("some"));
        when(table.text("pins")).thenReturn(Optional.of("never"));
        when(table.size("line_limit")).thenReturn(Optional.of(1L));
        when(root.table("spawn")).thenReturn(Optional.of(spawn));
        when(spawn.texts("launchers")).thenReturn(List.of("bash"));
        when(spawn.text("confinement")).thenReturn(Optional.of("weak"));

        assertThat(create()).isEmpty();

        for (String key : List.of("command", "network", "pins", "line_limit")) {
            verify(table).problem(eq(key), any(), any());
        }
        for (String key : List.of("launchers", "confinement")) {
            verify(spawn).problem(eq(key), any(), any());
        }
    }

    @Test
    void moduleAndServiceFileNameTheSameProvider() throws IOException {
        List<String> services = ServiceLoader.load(TransportProvider.class).stream()
                .map(provider -> provider.type().getName())
                .toList();
        Set<String> provided = ModuleFinder.of(Path.of(StdioServer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()))
                .find("dev.ilura.transport.stdio")
                .map(module -> Set.copyOf(
                        module.descriptor().provides().iterator().next().providers()))
                .orElseThrow();

        assertThat(services).contains(StdioTransportProvider.class.getName());
        assertThat(provided).containsExactly(StdioTransportProvider.class.getName());
    }

    private Optional<ServerSpec> create() {
        return new StdioTransportProvider().create("files", table, root);
    }
}
