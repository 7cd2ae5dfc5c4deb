package dev.ilura.pipeline;

import static dev.ilura.pipeline.Outcomes.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Arguments;
import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ResponseInspector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An answer is kept only where a rule says that the tool changes nothing, and found again only by the very same call. */
class CacheTest {
    private static final Duration KEPT = Duration.ofSeconds(60);
    private static final CallRequest READ = CallRequest.to("files", "read");

    private static Gate caching() {
        return caching(gate -> {});
    }

    private static Gate caching(Consumer<dev.ilura.Gateway.Builder> more) {
        TestPolicy second = new TestPolicy().deciding(TestPolicy.allow(TestPolicy.readOnly()));
        Gate gate = Gate.with(builder -> {
            builder.resilience(Resilience.DEFAULTS.withReadOnlyCache(KEPT));
            builder.pod(new Pod("second", List.of(), second, Pod.ToolNames.qualified()));
            more.accept(builder);
        });
        gate.policy.deciding(TestPolicy.allow(TestPolicy.readOnly()));
        return gate;
    }

    /** Both calls must have reached the server. */
    private static void keptApart(Gate gate, CallRequest one, CallRequest other) {
        assertThat(completed(gate.call(one)).cached()).isFalse();
        assertThat(completed(gate.call(other)).cached()).isFalse();
        assertThat(gate.files.calls()).hasSize(2);
    }

    @Test
    void theSameCallIsAnsweredWithoutTheServerAndStillRecorded() {
        try (Gate gate = caching()) {
            CallOutcome.Completed first = completed(gate.call(READ));
            CallOutcome.Completed second = completed(gate.call(READ));
            assertThat(first.cached()).isFalse();
            assertThat(second.cached()).isTrue();
            assertThat(second.result()).isEqualTo(first.result());
            assertThat(gate.files.calls()).hasSize(1);
            assertThat(gate.labels(second)).containsExactly("dispatch", "outcome");
            assertThat(gate.last(second).facts()).containsEntry("cached", true);
        }
    }

    @Test
    void aKeptAnswerExpires() {
        try (Gate gate = caching()) {
            completed(gate.call(READ));
            gate.time.advance(KEPT);
            assertThat(completed(gate.call(READ)).cached()).isFalse();
        }
    }

    @Test
    void aToolThatNoRuleCallsReadOnlyIsNeverCached() {
        try (Gate gate = caching()) {
            gate.policy.deciding(TestPolicy.allow());
            keptApart(gate, READ, READ);
        }
    }

    @Test
    void withoutSettingNothingIsKept() {
        try (Gate gate = Gate.open()) {
            gate.policy.deciding(TestPolicy.allow(TestPolicy.readOnly()));
            keptApart(gate, READ, READ);
        }
    }

    @Test
    void anotherPrincipalDoesNotSeeIt() {
        try (Gate gate = caching()) {
            keptApart(gate, READ.by("ada"), READ.by("eve"));
        }
    }

    @Test
    void anotherPodDoesNotSeeIt() {
        try (Gate gate = caching()) {
            keptApart(gate, READ, READ.inPod("second"));
        }
    }

    @Test
    void anotherToolDoesNotSeeIt() {
        try (Gate gate = caching()) {
            keptApart(gate, READ, CallRequest.to("files", "write"));
        }
    }

    @Test
    void otherBytesDoNotSeeItEvenIfTheyMeanTheSame() {
        try (Gate gate = caching()) {
            keptApart(
                    gate,
                    READ.arguments(Arguments.of(JsonValue.parse("{\"n\":1}"))),
                    READ.arguments(Arguments.of(JsonValue.parse("{\"n\": 1}"))));
        }
    }

    @Test
    void anotherPolicyDoesNotSeeIt() {
        try (Gate gate = caching()) {
            completed(gate.call(READ));
            gate.policy.version("policy-2");
            assertThat(completed(gate.call(READ)).cached()).isFalse();
        }
    }

    @Test
    void anotherServerBehindTheNameDoesNotSeeIt() {
        try (Gate gate = caching()) {
            completed(gate.call(READ));
            gate.files.identity("another").die();
            Gate.until(() -> gate.files.running() == 0);
            gate.time.advance(Duration.ofSeconds(1));
            gate.call(CallRequest.to("files", "write"));
            gate.call(CallRequest.to("files", "write"));
            CallOutcome.Completed outcome = completed(gate.call(READ));
            assertThat(outcome.cached()).isFalse();
        }
    }

    @Test
    void anErrorOfTheToolIsNotKept() {
        try (Gate gate = caching()) {
            gate.files.tool("read", call -> call.toolError("busy"));
            keptApart(gate, READ, READ);
        }
    }

    @Test
    void whatLooksLikeAnErrorIsNotKeptEither() {
        try (Gate gate = caching()) {
            gate.files.tool("read", call -> call.answer("{\"content\":[],\"isError\":\"true\"}"));
            keptApart(gate, READ, READ);
        }
    }

    @Test
    void whatIsKeptIsWhatPassedInspection() {
        ResponseInspector redaction = (call, result) ->
                new ResponseInspector.Changed(JsonValue.parse("{\"content\":[],\"redacted\":true}"), "redacted");
        try (Gate gate = caching(builder -> builder.inspector(redaction))) {
            completed(gate.call(READ));
            assertThat(completed(gate.call(READ)).result().member("redacted")).isPresent();
        }
    }

    @Test
    void aToolThatThePolicyDeniesNowIsNotAnsweredFromTheCache() {
        try (Gate gate = caching()) {
            completed(gate.call(READ));
            gate.policy.deciding(TestPolicy.deny());
            Outcomes.denied(gate.call(READ), "ILR-TEST-001");
        }
    }

    @Test
    void aQuarantinedToolIsNotAnsweredFromTheCache() {
        try (Gate gate = caching()) {
            completed(gate.call(READ));
            gate.files.describe("read", "something else").listChanged();
            Gate.until(() -> gate.call(READ) instanceof CallOutcome.Denied);
            Outcomes.denied(gate.call(READ), "ILR-PIN-001");
        }
    }

    @Test
    void aRewriteThatMakesTwoCallsEqualMakesThemOne() {
        try (Gate gate = caching()) {
            gate.policy.deciding(TestPolicy.allow(new dev.ilura.Decision.Terms(
                    true, false, List.of(new dev.ilura.Decision.Rewrite("/path", "/srv/a")))));
            completed(gate.call(READ.arguments(Arguments.of(Map.of("path", "/srv/x/../a")))));
            assertThat(completed(gate.call(READ.arguments(Arguments.of(Map.of("path", "/srv/./a")))))
                            .cached())
                    .isTrue();
        }
    }
}
