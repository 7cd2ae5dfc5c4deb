package dev.ilura.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.spi.ApprovalHandlerProvider;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProvidersTest {
    @Test
    void moduleAndClassPathOfferTheSameProviders() throws Exception {
        Path classes = Path.of(Approvals.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ModuleDescriptor module =
                ModuleFinder.of(classes).findAll().iterator().next().descriptor();
        Set<String> offeredByModule = module.provides().stream()
                .filter(provides -> provides.service().equals(ApprovalHandlerProvider.class.getName()))
                .flatMap(provides -> provides.providers().stream())
                .collect(Collectors.toSet());

        Set<String> offeredByFile = ServiceLoader.load(ApprovalHandlerProvider.class).stream()
                .map(provider -> provider.type().getName())
                .collect(Collectors.toSet());

        assertThat(offeredByFile).isEqualTo(offeredByModule).isNotEmpty();
    }

    @Test
    void namesAreThoseOfTheConfiguration() {
        assertThat(ServiceLoader.load(ApprovalHandlerProvider.class).stream()
                        .map(provider -> provider.get().name()))
                .containsExactlyInAnyOrder("elicitation", "page", "terminal", "webhook");
    }
}
