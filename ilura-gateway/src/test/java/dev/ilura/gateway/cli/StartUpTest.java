package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Loading classes is what a start costs, so nothing heavy may be on the way to a small answer. */
class StartUpTest {
    @Test
    void versionLoadsNeitherJsonNorTomlNorCryptography() throws IOException, InterruptedException {
        ProcessBuilder version = Served.ilura("--version");
        List<String> command = new ArrayList<>(version.command());
        command.add(1, "-Xlog:class+load:stdout");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> heavy;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            heavy = out.lines()
                    .filter(line ->
                            line.matches(".*(com\\.fasterxml|org\\.bouncycastle|org\\.tomlj|com\\.github\\.benmanes"
                                    + "|io\\.github\\.resilience4j|dev\\.harrel|dev\\.ilura\\.internal).*"))
                    .collect(Collectors.toList());
        }

        assertThat(process.waitFor()).isZero();
        assertThat(heavy).isEmpty();
    }
}
