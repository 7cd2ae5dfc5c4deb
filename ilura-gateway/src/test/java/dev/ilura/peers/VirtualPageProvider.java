package dev.ilura.peers;

import dev.ilura.approval.PageApprovals;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.Settings;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page as it is, but for virtual authenticators, which no configuration can allow: what lets them in is not visible
 * outside its package, and only a test goes and looks for it.
 */
public final class VirtualPageProvider implements ApprovalHandlerProvider {
    static final String NAME = "virtual-page";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<ApprovalHandler> create(Settings settings) {
        PageApprovals.Builder page =
                PageApprovals.in(settings.path("state_dir").orElseThrow()).port(0);
        try {
            Method hidden = PageApprovals.Builder.class.getDeclaredMethod("acceptVirtualAuthenticators");
            hidden.setAccessible(true);
            hidden.invoke(page);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return Optional.of(page.open());
    }

    @Override
    public boolean check(Settings settings) {
        return settings.path("state_dir").isPresent();
    }

    /** {@code ilura serve} on the class path of the distribution, with this channel beside the others. */
    static ServerCommand serve(GateHome home, Path scratch) throws IOException {
        Path services = Files.createDirectories(scratch.resolve("channels/META-INF/services"));
        Files.writeString(
                services.resolve(ApprovalHandlerProvider.class.getName()), VirtualPageProvider.class.getName());
        String classPath = String.join(
                File.pathSeparator,
                Peers.ilura().getParent().resolveSibling("lib") + "/*",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                scratch.resolve("channels").toString());
        return new ServerCommand(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                List.of(
                        "-cp",
                        classPath,
                        "dev.ilura.gateway.cli.Main",
                        "serve",
                        "--config",
                        home.config().toString()),
                Map.of());
    }
}
