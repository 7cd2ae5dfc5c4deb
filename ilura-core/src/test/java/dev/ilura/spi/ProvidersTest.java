package dev.ilura.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.IluraException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A provider does nothing until somebody names it, and a name means one provider. */
class ProvidersTest {
    private record Named(String name) implements NamedProvider {}

    @Test
    void aNameSelectsItsProvider() {
        Named two = new Named("two");
        assertThat(new Providers<>("policy", List.of(new Named("one"), two)).select("two"))
                .isSameAs(two);
    }

    @Test
    void twoProvidersOfOneNameAreRefused() {
        List<Named> twins = List.of(new Named("rules"), new Named("rules"));
        assertThatThrownBy(() -> new Providers<>("policy", twins))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPI-001")
                .hasMessageContaining("\"rules\"")
                .hasMessageContaining(Named.class.getName());
    }

    @Test
    void aMissingNameIsAnErrorThatListsWhatWasFound() {
        Providers<Named> found = new Providers<>("policy", List.of(new Named("rules"), new Named("cedar")));
        assertThatThrownBy(() -> found.select("rulez"))
                .isInstanceOf(IluraException.class)
                .hasMessageContaining("ILR-SPI-002")
                .hasMessageContaining("[cedar, rules]");
    }
}
