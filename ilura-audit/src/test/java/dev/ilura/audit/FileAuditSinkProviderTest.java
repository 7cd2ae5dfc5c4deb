package dev.ilura.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.Providers;
import dev.ilura.spi.Settings;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditSinkProviderTest {
    @TempDir
    Path dir;

    private final Settings settings = mock();

    @Test
    void theProviderIsFoundByName() {
        AuditSinkProvider provider =
                new Providers<>("audit", ServiceLoader.load(AuditSinkProvider.class)).select("file");

        assertThat(provider).isInstanceOf(FileAuditSinkProvider.class);
    }

    @Test
    void moduleAndServicesFileNameTheSameProvider() throws IOException {
        Path classes = Path.of(AuditLog.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        try (var module = Files.newInputStream(classes.resolve("module-info.class"))) {
            List<String> provided = ModuleDescriptor.read(module).provides().stream()
                    .filter(provides -> provides.service().equals(AuditSinkProvider.class.getName()))
                    .flatMap(provides -> provides.providers().stream())
                    .toList();
            List<String> loaded = ServiceLoader.load(AuditSinkProvider.class).stream()
                    .map(found -> found.type().getName())
                    .toList();
            assertThat(provided).isEqualTo(loaded);
        }
    }

    @Test
    void settingsOpenALog() {
        when(settings.path("state_dir")).thenReturn(Optional.of(dir));
        when(settings.size("segment_size")).thenReturn(Optional.of(1L << 20));
        when(settings.integer("queue")).thenReturn(Optional.of(100L));
        when(settings.flag("sign_each_record")).thenReturn(Optional.of(true));

        try (AuditSink log = new FileAuditSinkProvider().create(settings).orElseThrow()) {
            assertThat(log.trail().orElseThrow().size()).isEqualTo(1);
        }
    }

    @Test
    void aLogWithoutDirectoryIsAProblem() {
        when(settings.flag(anyString())).thenReturn(Optional.empty());

        assertThat(new FileAuditSinkProvider().create(settings)).isEmpty();

        verify(settings).problem(eq("state_dir"), anyString(), anyString());
    }
}
