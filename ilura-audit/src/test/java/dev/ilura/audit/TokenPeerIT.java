package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.audit.verify.LogVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PKCS#11 token (SoftHSM) keeps the key that signs the log; the JDK's own provider reaches it. */
class TokenPeerIT {
    private static final String PIN = "123456";

    @TempDir
    Path temp;

    @Test
    void aKeyThatNeverLeavesItsTokenSignsALog() throws Exception {
        Files.createDirectories(temp.resolve("tokens"));
        Path hsm = Files.writeString(
                temp.resolve("softhsm2.conf"), "directories.tokendir = " + temp.resolve("tokens") + "\n");
        Map<String, String> environment = Map.of("SOFTHSM2_CONF", hsm.toString());
        Peer.Run made = Peer.run(
                temp,
                environment,
                "",
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "ilura",
                "--pin",
                PIN,
                "--so-pin",
                "654321");
        assertThat(made.exitCode()).as(made.output()).isZero();
        Path configuration = Files.writeString(
                temp.resolve("pkcs11.cfg"), "name = ilura\nlibrary = " + library() + "\nslotListIndex = 0\n");

        Peer.Run signed = Peer.run(
                temp,
                environment,
                "",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TokenTarget.class.getName(),
                temp.resolve("state").toString(),
                configuration.toString(),
                PIN);

        assertThat(signed.exitCode()).as(signed.output()).isZero();
        assertThat(signed.output()).contains("key in clear: false").contains("sound: true");
        assertThat(LogVerifier.of(temp.resolve("state")).verify().findings()).isEmpty();
        assertThat(temp.resolve("state/keys")).doesNotExist();
    }

    private static Path library() throws Exception {
        for (Path folder : List.of(Path.of("/usr/lib/softhsm"), Path.of("/usr/lib"))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.walk(folder, 3)) {
                    var found = files.filter(file -> file.endsWith("libsofthsm2.so"))
                            .findFirst();
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
            }
        }
        throw new AssertionError("libsofthsm2.so is not there; install softhsm2");
    }
}
