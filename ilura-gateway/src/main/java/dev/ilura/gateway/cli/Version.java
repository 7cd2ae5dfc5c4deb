package dev.ilura.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    /** The version of this build, for example {@code 0.1.0}. */
    static String ofThisBuild() {
        try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException("the build put version.txt beside this class", e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"ilura " + ofThisBuild()};
    }
}
