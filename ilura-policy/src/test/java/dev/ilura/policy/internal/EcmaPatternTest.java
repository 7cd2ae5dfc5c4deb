package dev.ilura.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.policy.internal.BoundedPattern.TooCostlyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ECMA-262 writes means here what it means there; the right column was asked of a JavaScript engine (flag u). */
class EcmaPatternTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "^\\p{L}+$, h\u00E9llo, true",
                "^\\p{L}+$, hello1, false",
                "^\\p{Letter}+$, \u0416\u0443\u043A, true",
                "^\\p{Lu}\\p{Ll}*$, Zebra, true",
                "^[\\p{L}\\p{N}_-]+$, \u00E41_-, true",
                "^[^\\p{L}]+$, 123, true",
                "^[^\\p{L}]+$, 12a, false",
                "^\\P{Nd}+$, abc, true",
                "^\\P{Nd}+$, ab1, false",
                "^[\\P{L}x]+$, 1x2, true",
                "^[\\P{L}x]+$, 1y2, false",
                "^\\p{Script=Greek}+$, \u03B1\u03B2, true",
                "^\\p{sc=Grek}+$, ab, false",
                "^\\p{General_Category=Decimal_Number}+$, 42, true",
                "^\\p{Alpha}+$, \u00E9, true",
                "^\\p{Lower}+$, \u00E9, true",
                "^\\p{ASCII}+$, \u00E9, false",
                "^\\p{Extended_Pictographic}$, \uD83D\uDE00, true",
                "^\\p{Extended_Pictographic}$, a, false",
                "^(\\p{Extended_Pictographic}|\\p{Emoji_Component})+$, \uD83D\uDE00\uFE0F, true",
                "^\\p{Emoji_Presentation}$, \u2600, false",
                "^\\p{Emoji}$, \u2600, true",
                "^\\s$, \u00A0, true",
                "^[\\s]$, \uFEFF, true",
                "^\\S+$, a\u2003b, false",
                "^[^\\s@]+@[^\\s@]+$, a@b, true",
                "^[^\\s@]+@[^\\s@]+$, a\u00A0@b, false",
                "^[^]$, x, true",
                "[], x, false",
                "^a{2}$, aa, true",
                "^{a}$, {a}, true",
                "^\\{\\{.+\\}\\}$, {{a}}, true"
            })
    void meansTheSame(String ecma, String text, boolean found) throws TooCostlyException {
        assertThat(BoundedPattern.compile(ecma).find(text)).isEqualTo(found);
    }

    @Test
    void nulIsOneCharacter() throws TooCostlyException {
        assertThat(BoundedPattern.compile("^\\0$").find("\0")).isTrue();
        assertThat(BoundedPattern.compile("^[^\\0]+$").find("a\0")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\p{Nonsense}",
                "\\p{Script=Nonsense}",
                "\\pL",
                "\\p{L",
                "\\012",
                "\\p{scx=Greek}",
                "\\p{IsLatin}"
            })
    void whatIsNotKnownIsRefused(String ecma) {
        assertThatIllegalArgumentException().isThrownBy(() -> BoundedPattern.compile(ecma));
    }
}
