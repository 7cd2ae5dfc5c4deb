package dev.ilura.adapter.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.Providers;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresAuditSinkProviderTest {
    @TempDir
    Path dir;

    private final Settings settings = mock();
    private final AuditSinkProvider provider =
            new Providers<>("audit", ServiceLoader.load(AuditSinkProvider.class)).select("postgresql");

    @Test
    void theProviderIsFoundByName() {
        assertThat(provider).isInstanceOf(PostgresAuditSinkProvider.class);
    }

    @Test
    void whatIsMissingIsNoted() {
        when(settings.path("state_dir")).thenReturn(Optional.of(dir));

        assertThat(provider.create(settings)).isEmpty();

        verify(settings).problem(eq("gateway"), anyString(), anyString());
        verify(settings).problem(eq("url"), anyString(), anyString());
    }

    /** What is passed over in silence is believed to be there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment_size",
                "sign_each_record",
                "payloads",
                "payload_key",
                "hide",
                "key_epoch",
                "when_full",
                "anchors"
            })
    void whatOnlyTheFileLogDoesIsRefused(String key) {
        when(settings.path("state_dir")).thenReturn(Optional.of(dir));
        when(settings.text("gateway")).thenReturn(Optional.of("laptop"));
        when(settings.text("url")).thenReturn(Optional.of("jdbc:postgresql://127.0.0.1:1/none"));
        when(settings.keys()).thenReturn(Set.of("sink", "url", "gateway", key));

        assertThat(provider.create(settings)).isEmpty();

        verify(settings).problem(eq(key), contains("\"postgresql\" does not do this"), contains("sink = \"file\""));
        verify(settings, never()).problem(eq("url"), anyString(), anyString());
    }

    @Test
    void aDatabaseThatIsNotThereIsAnError() {
        when(settings.path("state_dir")).thenReturn(Optional.of(dir));
        when(settings.text("gateway")).thenReturn(Optional.of("laptop"));
        when(settings.text("url")).thenReturn(Optional.of("jdbc:postgresql://127.0.0.1:1/none?connectTimeout=1"));
        when(settings.text("user")).thenReturn(Optional.of("nobody"));

        assertThatThrownBy(() -> provider.create(settings)).hasMessageContaining("ILR-AUDIT-021");
    }
}
