package dev.ilura.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.json.JsonValue.Edit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonValueTest {
    private static final JsonValue ROOT =
            JsonValue.parse(" {\"a\":[1, {\"b/c\":\"x\"}],\"~\":null,\"t\":true,\"0\":0} ");

    @Test
    void pointersFollowTheRfc() {
        assertThat(ROOT.at("")).contains(ROOT);
        assertThat(ROOT.at("/a/1/b~1c").map(JsonValue::text)).contains("x");
        assertThat(ROOT.at("/~0").map(JsonValue::isNull)).contains(true);
        assertThat(ROOT.at("/0").flatMap(JsonValue::integer)).contains(0L);
        assertThat(ROOT.at("/a/2")).isEmpty();
        assertThat(ROOT.at("/a/01")).as("leading zeros name nothing").isEmpty();
        assertThat(ROOT.at("/a/-")).isEmpty();
        assertThat(ROOT.at("/a/99999999999")).isEmpty();
        assertThat(ROOT.at("/t/x")).isEmpty();
        assertThat(ROOT.at("/")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> ROOT.at("a"));
    }

    @Test
    void anEscapedPointerTokenIsUnescapedOnce() {
        JsonValue value = JsonValue.parse("{\"~1\":1,\"/\":2}");
        assertThat(value.at("/~01").flatMap(JsonValue::integer)).contains(1L);
        assertThat(value.at("/~1").flatMap(JsonValue::integer)).contains(2L);
    }

    @Test
    void aKindIsNotAskedForAnother() {
        assertThatIllegalStateException().isThrownBy(ROOT::text);
        assertThatIllegalStateException().isThrownBy(ROOT::number);
        assertThatIllegalStateException().isThrownBy(ROOT::flag);
        assertThat(ROOT.integer()).isEmpty();
        assertThat(ROOT.elements()).isEmpty();
        assertThat(JsonValue.parse("[]").members()).isEmpty();
    }

    @Test
    void anIntegerIsWhatIsWrittenAsOne() {
        assertThat(JsonValue.parse("9223372036854775807").integer()).contains(Long.MAX_VALUE);
        assertThat(JsonValue.parse("9223372036854775808").integer()).isEmpty();
        assertThat(JsonValue.parse("1.0").integer()).isEmpty();
        assertThat(JsonValue.parse("1e2").integer()).isEmpty();
    }

    @Test
    void aMemberIsFoundHoweverItIsEscaped() {
        assertThat(JsonValue.parse("{\"n\\u0061me\":1}").member("name").flatMap(JsonValue::integer))
                .contains(1L);
        assertThat(JsonValue.parse("{\"Name\":1}").member("name")).isEmpty();
    }

    @Test
    void equalIsEqualBytes() {
        assertThat(JsonValue.parse("[1,1]").elements().get(0))
                .isEqualTo(JsonValue.parse("[1,1]").elements().get(1))
                .hasSameHashCodeAs(JsonValue.parse("1"));
        assertThat(JsonValue.parse("1")).isNotEqualTo(JsonValue.parse("1.0"));
        assertThat(JsonValue.parse("{\"a\":1}")).isNotEqualTo(JsonValue.parse("{ \"a\":1}"));
    }

    @Test
    void severalPartsAreReplacedAtOnceInAnyOrder() {
        JsonValue one = ROOT.at("/a/0").orElseThrow();
        JsonValue two = ROOT.at("/t").orElseThrow();
        byte[] spliced = ROOT.splice(List.of(edit(two, "false"), edit(one, "[]")));
        assertThat(new String(spliced, StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":[[], {\"b/c\":\"x\"}],\"~\":null,\"t\":false,\"0\":0}");
    }

    @Test
    void partsOfOtherValuesAndNestedPartsAreRefused() {
        JsonValue stranger = JsonValue.parse("{\"a\":1}").at("/a").orElseThrow();
        assertThatIllegalArgumentException().isThrownBy(() -> ROOT.splice(List.of(edit(stranger, "1"))));
        JsonValue outer = ROOT.at("/a").orElseThrow();
        JsonValue inner = ROOT.at("/a/0").orElseThrow();
        assertThatIllegalArgumentException().isThrownBy(() -> ROOT.splice(List.of(edit(outer, "1"), edit(inner, "2"))));
        assertThatIllegalArgumentException().isThrownBy(() -> inner.splice(List.of(edit(outer, "1"))));
    }

    private static Edit edit(JsonValue part, String replacement) {
        return new Edit(part, replacement.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bytesGivenOutAreCopies() {
        byte[] bytes = ROOT.bytes();
        Arrays.fill(bytes, (byte) 0);
        assertThat(ROOT.member("t").map(JsonValue::flag)).contains(true);
    }

    @Test
    void javaValuesAreWrittenStrictly() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("s", "\u0001\"\\/\u00e9\ud83d\ude00");
        map.put("list", List.of(1, 2L, true, Map.of()));
        assertThat(JsonValue.of(map).raw())
                .isEqualTo("{\"s\":\"\\u0001\\\"\\\\/\u00e9\ud83d\ude00\",\"list\":[1,2,true,{}]}");
        assertThatThrownBy(() -> JsonValue.of(Map.of("x", Double.NaN))).isInstanceOf(MalformedJsonException.class);
        assertThatThrownBy(() -> JsonValue.of(Map.of("x", "\ud800"))).isInstanceOf(RuntimeException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> JsonValue.of(Map.of("x", new Object())));
    }

    /** The attack: a map whose keys are only equal once they are written. */
    @Test
    void keysThatBecomeEqualWhenWrittenAreRefused() {
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put(1, "one");
        map.put("1", "another");
        assertThatThrownBy(() -> JsonValue.of(map)).hasMessageContaining("duplicate key");
    }
}
