package dev.ilura.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader sees what is there. */
class VisibleTextTest {

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x07, 0x08, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0xA0, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160,
                0x17B4, 0x180E, 0x2003, 0x200B, 0x200D, 0x200E, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069,
                0x3000, 0x3164, 0xD800, 0xDFFF, 0xE000, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFE, 0x1D173, 0xE0001,
                0xE0041, 0xE0100, 0xF0000, 0x10FFFF
            })
    void whatHidesReordersOrImitatesIsEscaped(int c) {
        assertThat(VisibleText.isPlain(c)).isFalse();
        assertThat(VisibleText.oneLine("a" + Character.toString(c) + "b"))
                .isEqualTo("a\\u{" + Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT) + "}b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain text ~",
                "caf\u00e9",
                "\u65e5\u672c\u8a9e",
                "\u05e2\u05d1\u05e8\u05d9\u05ea",
                "\ud83d\ude00",
                "e\u0301"
            })
    void whatIsSeenStays(String text) {
        assertThat(VisibleText.oneLine(text)).isEqualTo(text);
    }

    @Test
    void linesStayInABlockOnly() {
        assertThat(VisibleText.block("a\nb\r\n\tc")).isEqualTo("a\nb\\u{D}\n\\u{9}c");
        assertThat(VisibleText.oneLine("a\nb")).isEqualTo("a\\u{A}b");
    }

    @Test
    void aLoneSurrogateIsShownAsOne() {
        assertThat(VisibleText.oneLine("\ud83dx")).isEqualTo("\\u{D83D}x");
    }

    @Property
    void whatIsShownHoldsOnlyWhatIsSeenAndIsShownTheSameTwice(@ForAll String text) {
        String shown = VisibleText.oneLine(text);
        assertThat(shown.codePoints().allMatch(VisibleText::isPlain)).isTrue();
        assertThat(VisibleText.oneLine(shown)).isEqualTo(shown);
        assertThat(VisibleText.block(text).codePoints().allMatch(c -> c == '\n' || VisibleText.isPlain(c)))
                .isTrue();
    }
}
