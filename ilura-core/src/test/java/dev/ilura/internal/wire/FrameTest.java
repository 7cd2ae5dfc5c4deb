package dev.ilura.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.internal.wire.Frame.Kind;
import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame is what every reader takes it for, or it is refused. */
class FrameTest {
    private static final String HEAD = "{\"jsonrpc\":\"2.0\",";

    private static Frame read(String text) throws FrameException {
        return Frame.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String text, String code) {
        assertThatThrownBy(() -> read(text))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(FrameException.class))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(code);
                    assertThat(refusal.rpcCode()).isEqualTo(code.equals("ILR-FRAME-001") ? -32700 : -32600);
                    assertThat(refusal.getMessage()).matches("[\\x20-\\x7e]*|.*[^\\p{C}]+.*");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"id\":1,\"method\":\"ping\"}|REQUEST",
                "\"id\":\"\",\"method\":\"ping\",\"params\":{}}|REQUEST",
                "\"id\":-9223372036854775808,\"method\":\"x\",\"params\":{\"unknown\":[1]},\"vendor\":{}}|REQUEST",
                "\"method\":\"notifications/initialized\"}|NOTIFICATION",
                "\"id\":1,\"result\":{}}|RESULT",
                "\"id\":1,\"error\":{\"code\":-1,\"message\":\"\"}}|ERROR",
                "\"id\":null,\"error\":{\"code\":-1,\"message\":\"\"}}|ERROR"
            })
    void theFourKindsAreTold(String rest, Kind kind) throws FrameException {
        Frame frame = read(HEAD + rest);
        assertThat(frame.kind()).isEqualTo(kind);
        assertThat(frame.json().raw()).as("nothing is lost").isEqualTo(HEAD + rest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
                "1",
                "\"ping\"",
                "null",
                "{}",
                "{\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1e0,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":9223372036854775808,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":1}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"error\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}",
                "{\"jsonrpc\":\"2.0\",\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}"
            })
    void whatIsNoJsonRpcMessageIsRefused(String text) {
        assertRefused(text, "ILR-FRAME-002");
    }

    @Test
    void anIdIsBounded() {
        assertRefused(HEAD + "\"id\":\"" + "x".repeat(511) + "\",\"method\":\"ping\"}", "ILR-FRAME-002");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"tools/call\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"meth\\u006fd\":\"tools/call\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"name\":\"a\",\"name\":\"b\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"arguments\":{\"p\":1,\"\\u0070\":2}}}",
                "\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
            })
    void whatIsNotStrictJsonIsRefused(String text) {
        assertRefused(text, "ILR-FRAME-001");
    }

    /** Keys that some reader somewhere takes for the protocol's own. */
    static Stream<String> imitations() {
        return Stream.of(
                "Name",
                "NAME",
                "nAme",
                "name\\u0000",
                "\\u0000name",
                "name ",
                " name",
                "name\\t",
                "na\\u00adme",
                "na\\u200bme",
                "\\ufeffname",
                "\\uff4eame",
                "na\\u0301me",
                "n\\u00e4me",
                "na-me",
                "na_me",
                "_name",
                "Arguments",
                "argument\\u017f",
                "ARGUMENT\\u017F",
                "argu\\u200dments",
                "_Meta",
                "meta",
                "__meta",
                "Uri",
                "ur\\u0131",
                "ur\\u0130",
                "\\u1d58ri",
                "requestid",
                "request_id",
                "request-Id",
                "CURSOR",
                "task\\ue000",
                "tas\\u212a");
    }

    @ParameterizedTest
    @MethodSource("imitations")
    void aKeyThatImitatesOneOfParamsIsRefused(String key) {
        assertRefused(HEAD + "\"id\":1,\"method\":\"tools/call\",\"params\":{\"" + key + "\":\"x\"}}", "ILR-FRAME-003");
        assertRefused(
                HEAD + "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"" + key + "\":\"x\"}}",
                "ILR-FRAME-003");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Method",
                "METHOD",
                "method\\u0000",
                "\\uff4dethod",
                "metho\\u0064\\u200b",
                "Params",
                "param\\u017f",
                "PARAM\\u017f",
                "Id",
                "\\u0131d",
                "\\u0130d",
                "I\\u0307d",
                "i\\u200dd",
                "Result",
                "re\\u017fult",
                "Error",
                "JSONRPC",
                "json_rpc",
                "json-rpc",
                "jsonrpc\\u0000"
            })
    void aKeyThatImitatesOneOfTheEnvelopeIsRefused(String key) {
        assertRefused(HEAD + "\"id\":1,\"method\":\"ping\",\"" + key + "\":\"x\"}", "ILR-FRAME-003");
        assertRefused(HEAD + "\"id\":1,\"result\":{},\"" + key + "\":{}}", "ILR-FRAME-003");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ProgressToken",
                "progresstoken",
                "progre\\u00dftoken",
                "progress_token",
                "TraceParent",
                "io.modelcontextprotocol/ProtocolVersion"
            })
    void aKeyThatImitatesOneOfMetaIsRefused(String key) {
        assertRefused(HEAD + "\"id\":1,\"method\":\"x\",\"params\":{\"_meta\":{\"" + key + "\":1}}}", "ILR-FRAME-003");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"names", "nam", "x-name", "name2", "tool", "vendor/name", "\\u540d", "title", "level", "message"
            })
    void otherUnknownMembersAreKept(String key) throws FrameException {
        String text = HEAD + "\"id\":1,\"method\":\"x\",\"params\":{\"" + key + "\":1},\"" + key + "\":2}";
        assertThat(read(text).json().raw()).isEqualTo(text);
    }

    /** A tool's arguments are its own affair: two keys that differ in case are two keys. */
    @Test
    void argumentsMayHaveAnyKeys() throws FrameException {
        String arguments = "{\"name\":1,\"Name\":2,\"METHOD\":3,\"_Meta\":4}";
        Frame frame = read(HEAD + "\"id\":1,\"method\":\"x\",\"params\":{\"arguments\":" + arguments + "}}");
        assertThat(frame.param("/arguments").map(JsonValue::raw)).contains(arguments);
    }

    @Test
    void aRefusalShowsTheKeyAndNothingInvisible() {
        assertThatThrownBy(() -> read(HEAD + "\"id\":1,\"method\":\"x\",\"params\":{\"na\\u202eme\":1}}"))
                .hasMessageContaining("na\\u{202E}me");
    }

    @Test
    void paramsAreReadByPointer() throws FrameException {
        Frame frame =
                read(HEAD + "\"id\":1,\"method\":\"x\",\"params\":{\"name\":\"a\",\"_meta\":{\"progressToken\":7}}}");
        assertThat(frame.method()).isEqualTo("x");
        assertThat(frame.id().flatMap(JsonValue::integer)).contains(1L);
        assertThat(frame.param("/_meta/progressToken").flatMap(JsonValue::integer))
                .contains(7L);
        assertThat(frame.param("/missing")).isEmpty();
        assertThat(read(HEAD + "\"method\":\"x\"}").param("/name")).isEmpty();
    }

    @Test
    void whatTheGateWritesItCanRead() throws FrameException {
        assertThat(Frame.read(Messages.request(7, "tools/call", java.util.Map.of("name", "\u0000\"")))
                        .param("/name")
                        .map(JsonValue::text))
                .contains("\u0000\"");
        assertThat(Frame.read(Messages.notification("n", java.util.Map.of())).kind())
                .isEqualTo(Kind.NOTIFICATION);
        assertThat(Frame.read(Messages.error(null, -1, "\u2028")).kind()).isEqualTo(Kind.ERROR);
        assertThat(Frame.read(Messages.result(JsonValue.parse("\"\\u00e9\""), java.util.Map.of()))
                        .id())
                .contains(JsonValue.parse("\"\\u00e9\""));
    }
}
