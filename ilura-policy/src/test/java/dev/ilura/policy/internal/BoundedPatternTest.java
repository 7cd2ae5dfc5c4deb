package dev.ilura.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.policy.internal.BoundedPattern.TooCostlyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedPatternTest {
    @Test
    void dollarIsTheEndAndNotBeforeALineFeed() throws TooCostlyException {
        assertThat(BoundedPattern.compile("^a$").find("a")).isTrue();
        assertThat(BoundedPattern.compile("^a$").find("a\n")).isFalse();
        assertThat(BoundedPattern.compile("^[$]$").find("$")).isTrue();
        assertThat(BoundedPattern.compile("^\\$$").find("$")).isTrue();
    }

    @Test
    void bracketAndAmpersandInAClassMeanThemselves() throws TooCostlyException {
        assertThat(BoundedPattern.compile("^[[a&&b]+$").find("[&ab")).isTrue();
        assertThat(BoundedPattern.compile("^\\u{1F600}$").find("\uD83D\uDE00")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\Qa.b\\E", "a\\Z", "(", "a\\"})
    void whatMeansSomethingElseInJavaIsRefused(String ecma) {
        assertThatIllegalArgumentException().isThrownBy(() -> BoundedPattern.compile(ecma));
    }

    @Test
    void searchThatExplodesIsGivenUp() {
        BoundedPattern pattern = BoundedPattern.compile("^(a|aa)+\\1b$");

        assertThatExceptionOfType(TooCostlyException.class).isThrownBy(() -> pattern.find("a".repeat(80)));
    }

    @Test
    void searchThatRecursesTooDeepIsGivenUp() {

        assertThatExceptionOfType(TooCostlyException.class)
                .isThrownBy(() -> BoundedPattern.compile("^(?:(a|b)\\1?)*$").find("ab".repeat(200_000)));
    }
}
