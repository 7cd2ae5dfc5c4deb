package dev.ilura.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8785 where it keeps what was said, and an own form where it would not. */
class CanonicalJsonTest {

    private static String canonical(String text) {
        return new String(CanonicalJson.of(JsonValue.parse(text)), StandardCharsets.UTF_8);
    }

    private static String canonical(Map<String, ?> map) {
        return new String(CanonicalJson.of(map), StandardCharsets.UTF_8);
    }

    /** RFC 8785, appendix B. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2"
    })
    void theNumbersOfTheRfcAreWrittenAsTheRfcSays(String bits, String expected) {
        double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
        assertThat(canonical(expected)).isEqualTo(expected);
        assertThat(Double.parseDouble(canonical(expected))).isEqualTo(number == 0 ? 0.0 : number);
    }

    /** Next to a power of two the shortest text is not the nearest one; a reader that rounds misses it. */
    @ParameterizedTest
    @CsvSource({"5.684341886080802e-14", "2.220446049250313e-16", "4.035225266123964e+185"})
    void theShortestTextOfADoubleIsKept(String text) {
        assertThat(canonical(text)).isEqualTo(text);
    }

    @Test
    void theExampleOfTheRfcComesOutByteForByte() {
        assertThat(canonical("{\"numbers\": [1E30, 4.50, 2e-3, 0.000000000000000000000000001],"
                        + " \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                        + " \"literals\": [null, true, false] }"))
                .isEqualTo("{\"literals\":[null,true,false],\"numbers\":[1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void keysAreSortedByCodeUnits() {
        assertThat(
                        canonical(
                                "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7}"))
                .isEqualTo(
                        "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
    }

    /** The attack: two numbers, two effects, one digest. */
    @Test
    void numbersThatADoubleCannotHoldStayApart() {
        assertThat(canonical("9007199254740993")).isNotEqualTo(canonical("9007199254740992"));
        assertThat(canonical("0.1")).isNotEqualTo(canonical("0.1000000000000000055511151231257827"));
        assertThat(canonical("1e400")).isNotEqualTo(canonical("1e399"));
        assertThat(canonical("333333333.33333329")).isNotEqualTo(canonical("333333333.3333333"));
    }

    @Test
    void oneNumberWrittenInTwoWaysIsOne() {
        for (String one : List.of("1", "1.0", "10e-1", "0.1E1", "1e0", "1.000")) {
            assertThat(canonical(one)).isEqualTo("1");
        }
        assertThat(canonical("-0.0")).isEqualTo("0");
    }

    @Test
    void mapsHoldOnlyWhatEveryReaderAgreesOn() {
        assertThat(canonical(Map.of("n", CanonicalJson.MAX_INTEGER))).isEqualTo("{\"n\":9007199254740991}");
        for (Object beyond : Arrays.<Object>asList(
                CanonicalJson.MAX_INTEGER + 1,
                -CanonicalJson.MAX_INTEGER - 1,
                1.5,
                1.0f,
                'c',
                new Object(),
                "\ud800",
                "\udc00x")) {
            assertThatIllegalArgumentException().isThrownBy(() -> canonical(Map.of("n", beyond)));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> canonical(Map.of("\udc00", 1)));
        Map<String, Object> withNull = new HashMap<>();
        withNull.put("n", null);
        assertThat(canonical(withNull)).isEqualTo("{\"n\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u007f", "\u2028", "</script>", "\u00e9", "\ufeff"})
    void onlyWhatMustBeEscapedIs(String text) {
        assertThat(canonical(Map.of("s", text))).isEqualTo("{\"s\":\"" + text + "\"}");
    }

    @Provide
    Arbitrary<String> values() {
        return JsonTexts.values()
                .filter(text -> StrictJackson.read(text.getBytes(StandardCharsets.UTF_8))
                        .isPresent());
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void theCanonicalFormIsItsOwn(@ForAll("values") String text) {
        String once = canonical(text);
        assertThat(canonical(once)).isEqualTo(once);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void equalFormsMeanEqualValues(@ForAll("values") String one, @ForAll("values") String other) {
        boolean sameForm = canonical(one).equals(canonical(other));
        boolean sameValue = meaning(one).equals(meaning(other));
        assertThat(sameForm).isEqualTo(sameValue);
        assertThat(meaning(canonical(one))).isEqualTo(meaning(one));
    }

    private static Object meaning(String text) {
        return plain(JsonValue.parse(text));
    }

    private static Object plain(JsonValue value) {
        return switch (value.kind()) {
            case OBJECT -> {
                Map<String, Object> members = new HashMap<>();
                value.members().forEach((name, member) -> members.put(name, plain(member)));
                yield members;
            }
            case ARRAY ->
                value.elements().stream().map(CanonicalJsonTest::plain).toList();
            case NUMBER ->
                value.number().signum() == 0
                        ? java.math.BigDecimal.ZERO
                        : value.number().stripTrailingZeros();
            case STRING -> "s" + value.text();
            default -> value.raw();
        };
    }

    @Property(tries = 2000)
    void everyDoubleIsWrittenAsJavasShortestReadsIt(@ForAll double number) {
        if (Double.isFinite(number)) {
            String text = canonical(new java.math.BigDecimal(Double.toString(number)).toString());
            assertThat(Double.parseDouble(text)).isEqualTo(number == 0 ? 0.0 : number);
        }
    }
}
