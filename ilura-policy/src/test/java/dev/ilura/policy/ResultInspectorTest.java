package dev.ilura.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Secret;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.Providers;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.ResponseInspector.Changed;
import dev.ilura.spi.ResponseInspector.Inspection;
import dev.ilura.spi.ResponseInspector.Pass;
import dev.ilura.spi.ResponseInspector.Withheld;
import dev.ilura.spi.ResponseInspectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ResultInspectorTest {
    private static final ToolCall CALL = Calls.call("files/read", Map.of());

    private static JsonValue result(String text) {
        return JsonValue.of(Map.of("content", List.of(Map.of("type", "text", "text", text))));
    }

    private static String changed(Inspection inspection) {
        assertThat(inspection).isInstanceOf(Changed.class);
        return ((Changed) inspection)
                .result()
                .at("/content/0/text")
                .orElseThrow()
                .text();
    }

    @Test
    void ordinaryResultPassesUntouched() {
        JsonValue result = result("a\n\tb \u00FC \uD83D\uDC68\u200D\uD83D\uDC69 \u0645\u06CC\u200C\u062E\u0648");

        assertThat(ResultInspector.create().inspect(CALL, result)).isInstanceOf(Pass.class);
    }

    @Test
    void whatControlsATerminalOrHidesIsWrittenAsEscapes() {
        assertThat(changed(ResultInspector.create().inspect(CALL, result("a\u001B[8mb\u202Ec\u200Bd\uDB40\uDC41"))))
                .isEqualTo("a\\u{1B}[8mb\\u{202E}c\\u{200B}d\\u{E0041}");
    }

    @Test
    void secretOfTheGatewayNeverComesBack() {
        String value = "s3cr3t-value";
        ResultInspector inspector = ResultInspector.create().hiding(List.of(Secret.of(value), Secret.of("abc")));
        String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));

        assertThat(changed(inspector.inspect(CALL, result("401: token " + value + " or " + encoded + " abc"))))
                .isEqualTo("401: token *** or *** abc");
    }

    @Test
    void resultBeyondTheLimitIsWithheld() {
        assertThat(ResultInspector.create().maxBytes(100).inspect(CALL, result("x".repeat(100))))
                .isInstanceOfSatisfying(
                        Withheld.class, withheld -> assertThat(withheld.code()).isEqualTo("ILR-POLICY-301"));
    }

    @Test
    void providerIsFoundByName() {
        ResponseInspectorProvider provider =
                new Providers<>("inspector", ServiceLoader.load(ResponseInspectorProvider.class)).select("text");

        assertThat(provider.create(MapSettings.pod(Map.of()))).isPresent();
        assertThat(provider.create(MapSettings.pod(Map.of("max_size", 0)))).isEmpty();
    }

    private static ToolCall promising(String schema) {
        return ToolCall.to("s", Tool.of(JsonValue.parse("{\"name\":\"t\",\"outputSchema\":" + schema + "}")))
                .build();
    }

    @Test
    void aResultThatBreaksThePromiseOfItsToolIsWithheld() {
        ToolCall call =
                promising("{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}");
        ResultInspector inspector = ResultInspector.create();
        assertThat(inspector.inspect(call, JsonValue.parse("{\"content\":[],\"structuredContent\":{\"n\":1}}")))
                .isInstanceOf(ResponseInspector.Pass.class);
        assertThat(inspector.inspect(call, JsonValue.parse("{\"content\":[],\"structuredContent\":{\"n\":\"1\"}}")))
                .isInstanceOfSatisfying(
                        ResponseInspector.Withheld.class,
                        withheld -> assertThat(withheld.code()).isEqualTo(ResultInspector.NOT_AS_PROMISED));
        assertThat(inspector.inspect(
                        call, JsonValue.parse("{\"content\":[],\"isError\":true,\"structuredContent\":{}}")))
                .isInstanceOf(ResponseInspector.Pass.class);
    }

    @Test
    void aCredentialOfSomebodyElseIsNotedOrReplaced() {
        String token = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6";
        JsonValue result = JsonValue.of(Map.of("content", "token " + token + " end"));
        ToolCall call = promising("{}");
        assertThat(ResultInspector.create().inspect(call, result))
                .isInstanceOfSatisfying(ResponseInspector.Changed.class, changed -> {
                    assertThat(changed.note()).contains("GitHub token");
                    assertThat(changed.result()).isEqualTo(result);
                });
        assertThat(ResultInspector.create()
                        .credentials(ResultInspector.Credentials.REPLACE)
                        .inspect(call, result))
                .isInstanceOfSatisfying(
                        ResponseInspector.Changed.class,
                        changed -> assertThat(changed.result().raw()).isEqualTo("{\"content\":\"token *** end\"}"));
        assertThat(ResultInspector.create()
                        .credentials(ResultInspector.Credentials.PASS)
                        .inspect(call, result))
                .isInstanceOf(ResponseInspector.Pass.class);
    }

    @Test
    void aLabelSaysWhereAResultCameFrom() {
        assertThat(ResultInspector.create()
                        .labelling()
                        .inspect(promising("{}"), JsonValue.parse("{\"_meta\":{\"a\":1}}")))
                .isInstanceOfSatisfying(ResponseInspector.Changed.class, changed -> {
                    JsonValue meta = changed.result().member("_meta").orElseThrow();
                    assertThat(meta.member("a")).isPresent();
                    assertThat(meta.member(ResultInspector.LABEL)
                                    .orElseThrow()
                                    .member("trust")
                                    .orElseThrow()
                                    .text())
                            .isEqualTo("untrusted");
                });
    }
}
