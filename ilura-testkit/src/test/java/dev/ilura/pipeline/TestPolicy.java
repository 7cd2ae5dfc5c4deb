package dev.ilura.pipeline;

import dev.ilura.Decision;
import dev.ilura.Decision.Terms;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.spi.PolicyEngine;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** A policy whose every answer the test gives. Allows everything until told otherwise. */
final class TestPolicy implements PolicyEngine {
    static final RuleRef RULE = new RuleRef("test.rules[0]", "test");

    private volatile Function<ToolCall, Decision> verdict = call -> allow();
    private volatile Function<ToolCall, Optional<Decision.Deny>> validation = call -> Optional.empty();
    private volatile Predicate<Tool> mayCall = tool -> true;
    private volatile BiConsumer<ToolCall, Settlement> settled = (call, settlement) -> {};
    private volatile boolean mayBlock;
    private volatile String version = "policy-1";

    static Decision allow() {
        return allow(Terms.PLAIN);
    }

    static Decision allow(Terms terms) {
        return new Decision.Allow(RULE, terms, List.of());
    }

    static Decision.Deny deny() {
        return new Decision.Deny(RULE, "ILR-TEST-001", "The test says no.", List.of());
    }

    static Decision ask(RiskLane lane) {
        return new Decision.Ask(RULE, lane, "The test asks.", Terms.PLAIN, List.of());
    }

    static Decision ask(RiskLane lane, int approvers) {
        return new Decision.Ask(RULE, lane, "The test asks.", Terms.PLAIN, List.of(), approvers);
    }

    static Terms readOnly() {
        return new Terms(true, false, List.of());
    }

    static Terms idempotent() {
        return new Terms(false, true, List.of());
    }

    TestPolicy deciding(Function<ToolCall, Decision> answer) {
        verdict = answer;
        return this;
    }

    TestPolicy deciding(Decision answer) {
        return deciding(call -> answer);
    }

    TestPolicy validating(Function<ToolCall, Optional<Decision.Deny>> answer) {
        validation = answer;
        return this;
    }

    TestPolicy hiding(Predicate<Tool> hidden) {
        mayCall = hidden.negate();
        return this;
    }

    TestPolicy settling(BiConsumer<ToolCall, Settlement> told) {
        settled = told;
        return this;
    }

    @Override
    public void settle(ToolCall call, Settlement settlement) {
        settled.accept(call, settlement);
    }

    TestPolicy blocking() {
        mayBlock = true;
        return this;
    }

    TestPolicy version(String changed) {
        version = changed;
        return this;
    }

    @Override
    public Optional<Decision.Deny> validate(ToolCall call) {
        return validation.apply(call);
    }

    @Override
    public Decision decide(ToolCall call) {
        return verdict.apply(call);
    }

    @Override
    public boolean mayCall(String server, Tool tool) {
        return mayCall.test(tool);
    }

    @Override
    public boolean mayBlock() {
        return mayBlock;
    }

    @Override
    public String version() {
        return version;
    }
}
