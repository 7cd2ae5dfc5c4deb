package dev.ilura.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.json.MalformedJsonException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that have more than one reading, or none, are refused with the fault named. */
class JsonScannerTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                // keys: the first wins here, the last wins there
                refused("{\"a\":1,\"a\":2}", Fault.DUPLICATE_KEY),
                refused("{\"a\":1,\"\\u0061\":2}", Fault.DUPLICATE_KEY),
                refused("{\"\\u00e9\":1,\"\u00e9\":2}", Fault.DUPLICATE_KEY),
                refused("{\"\":1,\"\":2}", Fault.DUPLICATE_KEY),
                refused("[{\"x\":{\"a\\/b\":1,\"a/b\":2}}]", Fault.DUPLICATE_KEY),
                refused("{\"\\ud83d\\ude00\":1,\"\ud83d\ude00\":2}", Fault.DUPLICATE_KEY),
                // surrogates: '?' here, U+FFFD there, an error elsewhere
                refused("\"\\ud800\"", Fault.ENCODING),
                refused("\"\\udc00\"", Fault.ENCODING),
                refused("\"\\ud800\\ud800\"", Fault.ENCODING),
                refused("\"\\udc00\\ud800\"", Fault.ENCODING),
                refused("\"\\ud800x\"", Fault.ENCODING),
                refused("\"\\ud800\\n\"", Fault.ENCODING),
                refused("{\"\\ud800\":1}", Fault.ENCODING),
                // bytes that are not UTF-8, or not the shortest
                hex("22c0af22", Fault.ENCODING),
                hex("22e080af22", Fault.ENCODING),
                hex("22f08080af22", Fault.ENCODING),
                hex("22eda08022", Fault.ENCODING),
                hex("22edbfbf22", Fault.ENCODING),
                hex("22f490808022", Fault.ENCODING),
                hex("22f8888080800022", Fault.ENCODING),
                hex("22ff22", Fault.ENCODING),
                hex("228022", Fault.ENCODING),
                hex("22c3", Fault.ENCODING),
                hex("22e4b822", Fault.ENCODING),
                hex("efbbbf7b7d", Fault.ENCODING),
                hex("fffe7b007d00", Fault.SYNTAX),
                hex("007b007d", Fault.SYNTAX),
                // what some readers take for a number or a word
                refused("NaN", Fault.SYNTAX),
                refused("-Infinity", Fault.SYNTAX),
                refused("01", Fault.TRAILING_DATA),
                refused("-01", Fault.TRAILING_DATA),
                refused("+1", Fault.SYNTAX),
                refused(".5", Fault.SYNTAX),
                refused("1.", Fault.SYNTAX),
                refused("1e", Fault.SYNTAX),
                refused("1e+", Fault.SYNTAX),
                refused("-", Fault.SYNTAX),
                refused("0x10", Fault.TRAILING_DATA),
                refused("1_000", Fault.TRAILING_DATA),
                refused("True", Fault.SYNTAX),
                refused("nul", Fault.SYNTAX),
                refused("nullx", Fault.TRAILING_DATA),
                refused("undefined", Fault.SYNTAX),
                // what JSON5 and friends add
                refused("{a:1}", Fault.SYNTAX),
                refused("{'a':1}", Fault.SYNTAX),
                refused("{\"a\":1,}", Fault.SYNTAX),
                refused("[1,]", Fault.SYNTAX),
                refused("[,1]", Fault.SYNTAX),
                refused("[1 2]", Fault.SYNTAX),
                refused("{\"a\" 1}", Fault.SYNTAX),
                refused("{\"a\":}", Fault.SYNTAX),
                refused("/* */ {}", Fault.SYNTAX),
                refused("{} // x", Fault.TRAILING_DATA),
                refused("\u00a0{}", Fault.SYNTAX),
                refused("{}\u0000", Fault.TRAILING_DATA),
                refused("\"a\\x41\"", Fault.SYNTAX),
                refused("\"\\u00g0\"", Fault.SYNTAX),
                refused("\"\\u00\"", Fault.SYNTAX),
                refused("\"\\U0041\"", Fault.SYNTAX),
                refused("\"\\\uff15\"", Fault.SYNTAX),
                refused("\"a\nb\"", Fault.SYNTAX),
                refused("\"a\u0000b\"", Fault.SYNTAX),
                refused("\"a\u001fb\"", Fault.SYNTAX),
                // two documents, or half a one
                refused("{}{}", Fault.TRAILING_DATA),
                refused("{}\n{}", Fault.TRAILING_DATA),
                refused("1 2", Fault.TRAILING_DATA),
                refused("", Fault.SYNTAX),
                refused("   ", Fault.SYNTAX),
                refused("{", Fault.SYNTAX),
                refused("{\"a\"", Fault.SYNTAX),
                refused("[", Fault.SYNTAX),
                refused("\"", Fault.SYNTAX),
                refused("\"\\", Fault.SYNTAX),
                refused("\"\\u", Fault.SYNTAX),
                refused("[}", Fault.SYNTAX),
                refused("{]", Fault.SYNTAX));
    }

    private static Arguments refused(String text, Fault fault) {
        return Arguments.of(text, text.getBytes(StandardCharsets.UTF_8), fault);
    }

    private static Arguments hex(String text, Fault fault) {
        return Arguments.of(text, HexFormat.of().parseHex(text), fault);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void textsWithAnotherReadingAreRefused(String shown, byte[] text, Fault fault) {
        assertThatThrownBy(() -> JsonValue.parse(text, JsonLimits.FRAME))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(MalformedJsonException.class))
                .satisfies(refusal -> {
                    assertThat(refusal.fault()).isEqualTo(fault);
                    assertThat(refusal.offset()).isBetween(0, text.length);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " [ ] ",
                "\t{\r\n\"a\" : 1 }\n",
                "0",
                "-0",
                "-0.0e-0",
                "1E400",
                "\"\\u0000\"",
                "\"\\ud83d\\ude00\"",
                "\"\u007f\"",
                "\"\u2028\"",
                "\"\ufeff\"",
                "{\"a\":1,\"A\":2,\" a\":3}",
                "\"\uffff\""
            })
    void strictJsonIsAccepted(String text) {
        assertThat(JsonValue.parse(text).raw()).isEqualTo(text.strip());
    }

    @Test
    void aManyMemberedObjectIsCheckedToItsEnd() {
        String members =
                IntStream.range(0, 5000).mapToObj(i -> "\"k" + i + "\":" + i).collect(Collectors.joining(","));
        assertThat(JsonValue.parse("{" + members + "}").members()).hasSize(5000);
        for (String late : new String[] {"k0", "k23", "k24", "k25", "k4999", "\\u006b0"}) {
            assertThatThrownBy(() -> JsonValue.parse("{" + members + ",\"" + late + "\":0}"))
                    .hasMessageContaining("duplicate key");
        }
    }

    /** The attack: keys with one hash make a duplicate check quadratic. "Aa" and "BB" hash alike, and so do their rows. */
    @Test
    void keysWithOneHashAreNoDuplicatesAndCostLittle() {
        String members = IntStream.range(0, 1 << 14)
                .mapToObj(i -> Integer.toBinaryString(1 << 14 | i)
                        .substring(1)
                        .replace("0", "Aa")
                        .replace("1", "BB"))
                .map(key -> "\"" + key + "\":0")
                .collect(Collectors.joining(",", "{", "}"));
        assertThat(JsonValue.parse(members).members()).hasSize(1 << 14);
    }

    @Test
    void depthIsBounded() {
        assertThatCode(() -> JsonValue.parse(nested(128))).doesNotThrowAnyException();
        assertLimit(nested(129), JsonLimits.FRAME, "128 levels");
        assertLimit(nested(100_000), JsonLimits.FRAME, "128 levels");
        assertLimit("{\"a\":".repeat(33) + "1" + "}".repeat(33), JsonLimits.ARGUMENTS, "32 levels");
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }

    @Test
    void lengthIsBounded() {
        JsonLimits limits = new JsonLimits(10, 3, 5, 5);
        assertThatCode(() -> JsonValue.parse("\"12345678\"".getBytes(StandardCharsets.UTF_8), limits))
                .doesNotThrowAnyException();
        assertLimit("\"123456789\"", limits, "limit 10");
    }

    /** The attack: {@code 1e999999999}, ten bytes that take a gigabyte when they are written out. */
    @Test
    void numbersAreBounded() {
        assertLimit("1e401", JsonLimits.FRAME, "exponent is beyond 400");
        assertLimit("1e-401", JsonLimits.FRAME, "exponent is beyond 400");
        assertLimit("1e99999999999999999999", JsonLimits.FRAME, "exponent is beyond 400");
        assertLimit("9".repeat(401), JsonLimits.FRAME, "longer than 400");
        assertLimit("0." + "0".repeat(400), JsonLimits.FRAME, "longer than 400");
        assertLimit("9".repeat(65), JsonLimits.ARGUMENTS, "longer than 64");
        assertThatCode(() -> JsonValue.parse("1e000000400")).doesNotThrowAnyException();
    }

    private static void assertLimit(String text, JsonLimits limits, String named) {
        assertThatThrownBy(() -> JsonValue.parse(text.getBytes(StandardCharsets.UTF_8), limits))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining(named)
                .extracting(e -> ((MalformedJsonException) e).fault())
                .isEqualTo(Fault.LIMIT);
    }

    @Test
    void limitsMustLeaveRoom() {
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonLimits(1, 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonLimits(2, 0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonLimits(2, 1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonLimits(2, 1, 1, -1));
    }
}
