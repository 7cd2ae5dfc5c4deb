package dev.ilura.approval.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.ilura.approval.PageApprovals;
import dev.ilura.spi.Settings;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageProviderTest {
    private final Settings settings = mock(Settings.class);
    private final PageProvider provider = new PageProvider();

    @TempDir
    private Path state;

    @Test
    void settingsMakeAPage() {
        given(Optional.of(state), Optional.of(0L));

        try (PageApprovals page = (PageApprovals) provider.create(settings).orElseThrow()) {
            assertThat(page.address().getHost()).isEqualTo("localhost");
        }
        verify(settings, never()).problem(anyString(), anyString(), anyString());
    }

    @Test
    void checkingOpensNothing() {
        given(Optional.of(state), Optional.of(0L));

        assertThat(provider.check(settings)).isTrue();

        assertThat(state).isEmptyDirectory();
    }

    @Test
    void everyMistakeIsNoted() {
        given(Optional.empty(), Optional.of(70_000L));

        assertThat(provider.create(settings)).isEmpty();

        verify(settings).problem(eq("state_dir"), anyString(), anyString());
        verify(settings).problem(eq("port"), anyString(), anyString());
    }

    private void given(Optional<Path> directory, Optional<Long> port) {
        when(settings.path("state_dir")).thenReturn(directory);
        when(settings.integer("port")).thenReturn(port);
    }
}
