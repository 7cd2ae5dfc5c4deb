package dev.ilura.approval.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ilura.IluraException;
import dev.ilura.approval.Tickets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasskeyStoreTest {
    private static final Passkey PASSKEY =
            new Passkey("alice", "id", "attested", "key", "model", List.of("internal"), true, 3, Tickets.ISSUED);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void place() {
        file = directory.resolve("state").resolve("passkeys.json");
    }

    @Test
    void whatIsEnrolledIsThereAfterARestart() throws PasskeyRefused {
        PasskeyStore.in(file).add(PASSKEY);

        assertThat(PasskeyStore.in(file).all()).containsExactly(PASSKEY);
    }

    @Test
    void onlyTheOwnerMayRead() throws Exception {
        PasskeyStore.in(file).add(PASSKEY);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw----", "rw----r--", "rw-----w-"})
    void aFileOpenToOthersIsNotTrusted(String permissions) throws Exception {
        PasskeyStore.in(file).add(PASSKEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatExceptionOfType(IluraException.class)
                .isThrownBy(() -> PasskeyStore.in(file))
                .withMessageContaining("ILR-APPROVAL-010")
                .withMessageContaining("chmod 600");
    }

    @Test
    void aLinkIsNotTrusted() throws Exception {
        PasskeyStore.in(file).add(PASSKEY);
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        assertThatExceptionOfType(IluraException.class)
                .isThrownBy(() -> PasskeyStore.in(link))
                .withMessageContaining("no plain file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "[]", "{\"v\":2,\"passkeys\":[]}", "{\"v\":1,\"passkeys\":[{\"id\":7}]}"})
    void aDamagedFileIsAnErrorAndNotAnEmptyStore(String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThatExceptionOfType(IluraException.class)
                .isThrownBy(() -> PasskeyStore.in(file))
                .withMessageContaining("ILR-APPROVAL-010");
    }

    @Test
    void oneStateOfAPasskeyIsUsedOnce() throws PasskeyRefused {
        PasskeyStore store = PasskeyStore.in(file);
        store.add(PASSKEY);
        store.used(PASSKEY, 4);

        assertThatExceptionOfType(PasskeyRefused.class).isThrownBy(() -> store.used(PASSKEY, 5));
        assertThat(PasskeyStore.in(file).byId("id"))
                .hasValueSatisfying(key -> assertThat(key.counter()).isEqualTo(4));
    }

    @Test
    void aRemovedPasskeyIsGone() throws PasskeyRefused {
        PasskeyStore store = PasskeyStore.in(file);
        store.add(PASSKEY);

        assertThat(store.remove("id")).isTrue();
        assertThat(store.remove("id")).isFalse();
        assertThat(PasskeyStore.in(file).all()).isEmpty();
    }
}
