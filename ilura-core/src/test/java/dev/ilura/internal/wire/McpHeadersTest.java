package dev.ilura.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.internal.wire.McpHeaders.Param;
import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class McpHeadersTest {
    private static Optional<List<Param>> params(String schema) {
        return McpHeaders.paramsOf(Optional.of(JsonValue.parse(schema)));
    }

    @Property
    void whatIsEncodedIsPlainAndReadAgain(@ForAll String text) {
        String encoded = McpHeaders.encoded(text);
        if (text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            assertThat(McpHeaders.decoded(encoded)).contains(text);
        }
        assertThat(encoded).matches("[\\x20-\\x7e\\t]*");
        assertThat(encoded).isEqualTo(encoded.strip());
    }

    @Test
    void annotationsAreFoundHoweverDeep() {
        assertThat(
                        params(
                                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"Region\"},"
                                        + "\"b\":{\"type\":\"object\",\"properties\":{\"c/d\":{\"type\":\"integer\",\"x-mcp-header\":\"Deep\"}}}}}"))
                .contains(List.of(new Param("Mcp-Param-Region", "/a"), new Param("Mcp-Param-Deep", "/b/c~1d")));
    }

    @Test
    void aSchemaWithoutAnyHasNone() {
        assertThat(params("{\"type\":\"object\"}")).contains(List.of());
        assertThat(McpHeaders.paramsOf(Optional.empty())).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a b\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a:b\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a\\r\\nb\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":7}}}",
                "{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"object\",\"x-mcp-header\":\"A\"}}}",
                "{\"properties\":{\"a\":{\"x-mcp-header\":\"A\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},"
                        + "\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
                "{\"anyOf\":[{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}]}",
                "{\"$defs\":{\"d\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}"
            })
    void anAnnotationWhereNoneMayBeForbidsTheTool(String schema) {
        assertThat(params(schema)).isEmpty();
    }

    @Test
    void aHeaderSaysWhatTheBodySays() {
        Param param = new Param("Mcp-Param-R", "/r");
        Optional<JsonValue> body = Optional.of(JsonValue.parse("{\"r\":\"\\u00e9\",\"n\":7}"));
        assertThat(McpHeaders.objection(param, List.of("=?base64?w6k=?="), body))
                .isEmpty();
        assertThat(McpHeaders.objection(param, List.of("e"), body)).isPresent();
        assertThat(McpHeaders.objection(param, List.of(), body)).isPresent();
        assertThat(McpHeaders.objection(param, List.of("=?base64?w6k=?=", "=?base64?w6k=?="), body))
                .isPresent();
        assertThat(McpHeaders.objection(param, List.of("x"), Optional.of(JsonValue.parse("{}"))))
                .isPresent();
        assertThat(McpHeaders.objection(param, List.of(), Optional.of(JsonValue.parse("{}"))))
                .isEmpty();
        assertThat(McpHeaders.objection(new Param("Mcp-Param-N", "/n"), List.of("7"), body))
                .isEmpty();
    }
}
