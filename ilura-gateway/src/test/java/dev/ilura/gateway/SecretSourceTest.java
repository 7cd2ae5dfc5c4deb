package dev.ilura.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretSourceTest {
    @TempDir
    Path directory;

    @Test
    void referenceInsideATextIsReplaced() throws Exception {
        secretFile("remote_token", "s3cret\n", "rw-------");

        assertThat(source().resolve("Bearer ${secret:remote_token}").revealToItsOneUse())
                .isEqualTo("Bearer s3cret");
    }

    @Test
    void environmentIsAskedWhenThereIsNoFile() throws Exception {
        SecretSource source = new SecretSource(directory, Map.of("ILURA_SECRET_A_B", "from outside"));

        assertThat(source.resolve("${secret:a-b}").revealToItsOneUse()).isEqualTo("from outside");
    }

    @Test
    void valueIsNotReadForReferencesAgain() throws Exception {
        secretFile("a", "${secret:b}", "rw-------");

        assertThat(source().resolve("${secret:a}").revealToItsOneUse()).isEqualTo("${secret:b}");
    }

    @Test
    void fileThatOthersMayReadIsRefused() throws Exception {
        secretFile("open", "s3cret", "rw-r-----");

        assertThatThrownBy(() -> source().resolve("${secret:open}"))
                .isInstanceOf(UnresolvedSecretException.class)
                .hasMessageContaining("open to other users");
    }

    @Test
    void linkToAnotherFileIsRefused() throws Exception {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "root:x:0");
        Files.createSymbolicLink(directory.resolve("linked"), elsewhere);

        assertThatThrownBy(() -> source().resolve("${secret:linked}"))
                .isInstanceOf(UnresolvedSecretException.class)
                .hasMessageContaining("no plain file");
    }

    @Test
    void nameCannotLeadOutOfTheDirectory() {
        for (String name : new String[] {"../../etc/passwd", "/etc/passwd", "", ".", "a/b", "a b"}) {
            assertThatThrownBy(() -> source().resolve("${secret:" + name + "}"))
                    .isInstanceOf(UnresolvedSecretException.class)
                    .hasMessageContaining("no name");
        }
    }

    @Test
    void missingSecretNamesBothPlacesWhereItCouldBe() {
        assertThatThrownBy(() -> source().resolve("${secret:files_token}"))
                .isInstanceOfSatisfying(
                        UnresolvedSecretException.class,
                        e -> assertThat(e.fix())
                                .contains(directory.resolve("files_token").toString(), "ILURA_SECRET_FILES_TOKEN"));
    }

    @Test
    void referenceWithoutEndIsRefused() {
        assertThatThrownBy(() -> source().resolve("Bearer ${secret:remote_token"))
                .isInstanceOf(UnresolvedSecretException.class);
    }

    private SecretSource source() {
        return new SecretSource(directory, Map.of());
    }

    private void secretFile(String name, String content, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
