package dev.ilura.transport.stdio.confine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The text only: nobody of this project's tests has a Mac. */
class SandboxExecTest {
    private static final Profile PROFILE = new Profile(
            List.of(Path.of("/opt/mcp/servers/one")),
            List.of(Path.of("/Users/maria/a \"b\"")),
            Map.of(),
            Path.of("/Users/maria"),
            false);

    @Test
    void everythingIsDeniedAndWhatIsLeftIsNamed() {
        assertThat(SandboxExec.text(PROFILE).lines())
                .startsWith("(version 1)", "(deny default)")
                .contains(
                        "(allow file-read* (subpath \"/opt/mcp/servers/one\"))",
                        "(allow file-read* file-write* (subpath \"/Users/maria/a \\\"b\\\"\"))",
                        "(deny network*)")
                .noneMatch(line -> line.contains("file-write*") && line.contains("/opt/mcp"));
    }

    @Test
    void networkIsOpenedOnlyWhereItIsAllowed() {
        Profile open = new Profile(List.of(), List.of(), Map.of(), Path.of("/"), true);

        assertThat(SandboxExec.text(open)).contains("(allow network*)").doesNotContain("(deny network*)");
    }

    @Test
    void profileStandsBeforeTheCommand() {
        assertThat(new SandboxExec(SandboxExec.USUAL).wrap(List.of("/usr/bin/node", "x.js"), PROFILE))
                .containsExactly("/usr/bin/sandbox-exec", "-p", SandboxExec.text(PROFILE), "/usr/bin/node", "x.js");
    }
}
