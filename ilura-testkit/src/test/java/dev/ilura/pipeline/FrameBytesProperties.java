package dev.ilura.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.json.JsonValue;
import dev.ilura.testkit.ScriptedCall;
import dev.ilura.testkit.ScriptedClient;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What was judged is what is sent: an allowed frame passes byte for byte, but for what belongs to the connection. */
class FrameBytesProperties {
    private static Gate gate;
    private static ScriptedClient client;
    private static Gate modernGate;
    private static ScriptedClient modernClient;
    private static int next;

    @BeforeContainer
    static void open() {
        gate = Gate.open();
        client = ScriptedClient.of(gate.gateway());
        modernGate = Gate.open();
        modernGate.files.modern();
        modernClient = ScriptedClient.of(modernGate.gateway());
    }

    @AfterContainer
    static void close() {
        gate.close();
        modernGate.close();
    }

    /** A frame with the places that the gate fills in itself left open. */
    record Template(String text) {
        String with(String id, String tool, String token) {
            return text.replace("<id>", id).replace("<tool>", tool).replace("<token>", token);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void requestsPassByteForByte(@ForAll("requests") Template request) {
        String id = Integer.toString(++next);
        client.send(request.with(id, "files__read", "\"mine\""));
        client.answer(id);
        List<ScriptedCall> calls = gate.files.calls();
        ScriptedCall sent = calls.get(calls.size() - 1);
        assertThat(sent.frame().raw())
                .isEqualTo(
                        request.with(sent.id().raw(), "read", sent.id().raw()).strip());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void answersPassByteForByte(@ForAll("answers") Template answer) {
        String id = Integer.toString(++next);
        gate.files.tool("read", call -> call.send(answer.with(call.id().raw(), "", "")));
        try {
            client.call(id, "files__read", "{}");
            assertThat(client.answer(id).raw())
                    .isEqualTo(answer.with(id, "", "").strip());
        } finally {
            gate.files.tool("read");
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void modernRequestsPassByteForByte(@ForAll("modernRequests") Template request) {
        String id = Integer.toString(++next);
        modernClient.send(request.with(id, "files__read", "\"mine\""));
        modernClient.answer(id);
        List<ScriptedCall> calls = modernGate.files.calls();
        ScriptedCall sent = calls.get(calls.size() - 1);
        assertThat(sent.frame().raw())
                .isEqualTo(
                        request.with(sent.id().raw(), "read", sent.id().raw()).strip());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void modernAnswersPassByteForByte(@ForAll("modernAnswers") Template answer) {
        String id = Integer.toString(++next);
        modernGate.files.tool("read", call -> call.send(answer.with(call.id().raw(), "", "")));
        try {
            Eras.call(modernClient, id, "files__read", "{}", "{}");
            assertThat(modernClient.answer(id).raw())
                    .isEqualTo(answer.with(id, "", "").strip());
        } finally {
            modernGate.files.tool("read");
        }
    }

    @Provide
    Arbitrary<Template> modernRequests() {
        return requests(members(
                "\"progressToken\":<token>",
                "\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\"",
                "\"io.modelcontextprotocol/clientCapabilities\":{ }"));
    }

    @Provide
    Arbitrary<Template> modernAnswers() {
        return answers(members("\"content\":[]", "\"resultType\": \"complete\""));
    }

    @Provide
    Arbitrary<Template> requests() {
        return requests(members("\"progressToken\":<token>"));
    }

    private static Arbitrary<Template> requests(Arbitrary<String> metadata) {
        Arbitrary<String> meta = metadata.map(object -> "\"_meta\":" + object);
        Arbitrary<String> arguments = value(3).map(JsonValue::parse)
                .map(value -> value.isObject() ? value.raw() : "{\"v\":" + value.raw() + "}")
                .map(object -> "\"arguments\":" + object);
        Arbitrary<String> params = Combinators.combine(meta, arguments, space())
                .flatAs((own, given, space) -> members("\"name\"" + space + ":" + space + "\"<tool>\"", given, own))
                .map(object -> "\"params\":" + object);
        return params.flatMap(
                        given -> members("\"jsonrpc\":\"2.0\"", "\"id\":<id>", "\"method\":\"tools/call\"", given))
                .map(Template::new);
    }

    @Provide
    Arbitrary<Template> answers() {
        return answers(members("\"content\":[]"));
    }

    private static Arbitrary<Template> answers(Arbitrary<String> objects) {
        Arbitrary<String> result = objects.map(object -> "\"result\":" + object);
        return result.flatMap(given -> members("\"jsonrpc\":\"2.0\"", "\"id\":<id>", given))
                .map(Template::new);
    }

    /** An object with these members, unknown ones between them, in any order and with any white space. */
    private static Arbitrary<String> members(String... known) {
        Arbitrary<List<String>> unknown = Combinators.combine(
                        Arbitraries.strings().alpha().ofMinLength(3).ofMaxLength(6), value(2), space())
                .as((key, value, space) -> "\"x-" + key + "\"" + space + ":" + value)
                .list()
                .ofMaxSize(3)
                .uniqueElements(member -> member.substring(0, member.indexOf('"', 1)));
        return Combinators.combine(unknown, space())
                .as((more, space) -> {
                    List<String> all = new java.util.ArrayList<>(List.of(known));
                    all.addAll(more);
                    return all;
                })
                .flatMap(all -> Arbitraries.shuffle(all))
                .flatMap(all -> space().map(space ->
                        all.stream().collect(Collectors.joining("," + space, "{" + space, space + "}"))));
    }

    private static Arbitrary<String> space() {
        return Arbitraries.of("", "", " ", "\t ", "\n");
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> scalar = Arbitraries.of(
                "null",
                "true",
                "-0",
                "-0.0",
                "1E+2",
                "1e-7",
                "12345678901234567890",
                "0.1",
                "\"\"",
                "\"\\u0000\"",
                "\"\\/\\\"\\\\\"",
                "\"\\ud83d\\ude00\"",
                "\"\u00e9\u4e2d\"",
                "\"{[,]}\"",
                "\"\\u0041\"",
                "[ ]",
                "{ }");
        if (depth == 0) {
            return scalar;
        }
        Arbitrary<String> inner = value(depth - 1);
        Arbitrary<String> array = Combinators.combine(inner.list().ofMaxSize(3), space())
                .as((all, space) -> "[" + space + String.join(space + ",", all) + "]");
        Arbitrary<String> object = Combinators.combine(inner.list().ofMaxSize(3), space())
                .as((all, space) -> {
                    StringBuilder out = new StringBuilder("{").append(space);
                    for (int i = 0; i < all.size(); i++) {
                        out.append(i == 0 ? "" : ",")
                                .append("\"k")
                                .append(i)
                                .append("\":")
                                .append(all.get(i));
                    }
                    return out.append(space).append('}').toString();
                });
        return Arbitraries.oneOf(scalar, array, object);
    }
}
