package dev.ilura.approval.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookAlikesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "p\u0430ypal", // Cyrillic a
                "/srv/\u0440\u0430\u0443/x", // all Cyrillic, all like Latin
                "\u0391dmin", // Greek Alpha
                "read_\u0441onfig",
                "\u13a0dmin" // Cherokee
            })
    void wordsThatPassForOthersAreFound(String text) {
        assertThat(LookAlikes.in(text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain ASCII, 123",
                "gr\u00fc\u00dfe \u00e9t\u00e9",
                "\u043f\u0440\u0438\u0432\u0435\u0442 hello", // a Russian word beside an English one
                "\u6771\u4eac\u30bf\u30ef\u30fc\u306e", // Japanese writes three scripts together
                "\u03bb-calculus",
                "\ud83d\ude00"
            })
    void ordinaryTextIsNot(String text) {
        assertThat(LookAlikes.in(text)).isEmpty();
    }
}
