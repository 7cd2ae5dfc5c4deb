package dev.ilura.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir
    Path directory;

    @Test
    void bareMachineLacksMuchAndEachLackHasItsFix() {
        Machine bare = new Machine(directory, directory, false);

        for (String part : new String[] {"landlock", "bubblewrap", "terminal"}) {
            assertThat(finding(bare, part)).satisfies(finding -> {
                assertThat(finding.state()).isEqualTo(Machine.State.WEAK);
                assertThat(finding.fix()).isNotEmpty();
            });
        }
        assertThat(finding(bare, "client").what()).contains("no MCP client");
    }

    @Test
    void whatIsThereIsFound() throws IOException {
        file("sys/kernel/security/lsm", "lockdown,capability,landlock,yama");
        Path bubblewrap = file("usr/bin/bwrap", "");
        Files.setPosixFilePermissions(bubblewrap, PosixFilePermissions.fromString("rwxr-xr-x"));
        file("home/.cursor/mcp.json", "{}");

        Machine machine = new Machine(directory, directory.resolve("home"), true);

        String landlock = Runtime.version().feature() < 22 ? "cannot call it" : "in the kernel";
        assertThat(finding(machine, "landlock").what()).contains(landlock);
        assertThat(finding(machine, "bubblewrap").state()).isEqualTo(Machine.State.FINE);
        assertThat(finding(machine, "terminal").state()).isEqualTo(Machine.State.FINE);
        assertThat(finding(machine, "client").what()).startsWith("Cursor: ");
    }

    private static Machine.Finding finding(Machine machine, String part) {
        return machine.findings().stream()
                .filter(finding -> finding.part().equals(part))
                .findFirst()
                .orElseThrow();
    }

    private Path file(String path, String content) throws IOException {
        Path file = directory.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
