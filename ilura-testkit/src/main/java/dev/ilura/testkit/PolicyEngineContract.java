package dev.ilura.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.text.VisibleText;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the gate relies on in every {@link PolicyEngine}. Extend it and name one call of each kind. */
public abstract class PolicyEngineContract {
    private static final int MANY = 64;

    /** For subclasses. */
    protected PolicyEngineContract() {}

    /** The engine; each test asks once. */
    protected abstract PolicyEngine engine();

    /** A call that the engine lets happen, with or without a human. */
    protected abstract ToolCall allowed();

    /** A call that the engine denies. */
    protected abstract ToolCall denied();

    @Test
    void theAllowedCallIsNotDenied() {
        PolicyEngine engine = engine();
        assertTrue(engine.validate(allowed()).isEmpty(), "validation must not object");
        assertFalse(engine.decide(allowed()) instanceof Decision.Deny, "the verdict must not be a denial");
    }

    @Test
    void theDeniedCallIsDeniedWithACodeAndAReason() {
        Decision.Deny denial = denial(engine(), denied());
        assertTrue(denial.code().matches("[A-Z][A-Z0-9]*(-[A-Z0-9]+)+"), "a stable code, not " + denial.code());
        assertFalse(denial.reason().isBlank(), "the agent is told why");
        assertFalse(denial.rule().id().isBlank(), "a person can find the rule");
    }

    @Test
    void equalCallsAreJudgedAlikeUnderOneVersion() {
        PolicyEngine engine = engine();
        assertEquals(engine.version(), engine.version());
        assertEquals(engine.decide(allowed()), engine.decide(allowed()));
        assertEquals(engine.decide(denied()), engine.decide(denied()));
    }

    @Test
    void manyThreadsGetOneVerdict() throws Exception {
        PolicyEngine engine = engine();
        Decision alone = engine.decide(denied());
        List<CompletableFuture<Decision>> together = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> engine.decide(denied())))
                .limit(MANY)
                .toList();
        for (CompletableFuture<Decision> verdict : together) {
            assertEquals(alone, verdict.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aToolThatMayBeCalledIsNotHidden() {
        assertTrue(engine().mayCall(allowed().server(), allowed().tool()));
    }

    @Test
    void strangeArgumentsAreJudgedAndNotThrown() {
        PolicyEngine engine = engine();
        for (Arguments strange : strangeArguments()) {
            ToolCall call = allowed().with(strange);
            assertNotNull(engine.validate(call), "validation of " + strange);
            assertNotNull(engine.decide(call), "verdict on " + strange);
        }
    }

    @Test
    void aReasonHoldsNothingInvisible() {
        PolicyEngine engine = engine();
        Tool disguised = Tool.of(JsonValue.of(Map.of("name", "read\u202Efile\u0007")));
        ToolCall call = ToolCall.to("unknown-server", disguised)
                .arguments(Arguments.of(Map.of("path", "/etc/\u202Epasswd\u0000")))
                .build();
        Decision decision = engine.decide(call);
        if (decision instanceof Decision.Deny denial) {
            assertEquals(VisibleText.oneLine(denial.reason()), denial.reason());
        }
    }

    private static List<Arguments> strangeArguments() {
        String deep = "[".repeat(30) + "]".repeat(30);
        return Stream.of(
                        "{}",
                        "{\"\":\"\"}",
                        "{\"path\":null}",
                        "{\"path\":[]}",
                        "{\"path\":{\"path\":1e300}}",
                        "{\"path\":-0.0}",
                        "{\"path\":\"\\u0000\\ud83d\\ude00\"}",
                        "{\"path\":" + deep + "}",
                        "{\"path\":\"" + "a".repeat(1 << 20) + "\"}")
                .map(text -> Arguments.of(JsonValue.parse(text)))
                .toList();
    }

    private static Decision.Deny denial(PolicyEngine engine, ToolCall call) {
        return engine.validate(call).orElseGet(() -> assertInstanceOf(Decision.Deny.class, engine.decide(call)));
    }
}
