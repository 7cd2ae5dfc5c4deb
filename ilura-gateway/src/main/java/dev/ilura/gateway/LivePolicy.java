package dev.ilura.gateway;

import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.policy.Policies;
import dev.ilura.spi.PolicyEngine;
import java.util.Optional;

/**
 * A policy that can be exchanged while calls are under way. A call that waits for a human is judged again by the new one
 * before it goes on. Thread-safe.
 */
final class LivePolicy implements PolicyEngine {
    private volatile PolicyEngine current;

    LivePolicy(PolicyEngine first) {
        this.current = first;
    }

    PolicyEngine current() {
        return current;
    }

    /** From now on this one decides; what was counted goes over to it. */
    void replace(PolicyEngine next) {
        current = Policies.succeeding(current, next);
    }

    @Override
    public Optional<Decision.Deny> validate(ToolCall call) {
        return current.validate(call);
    }

    @Override
    public Decision decide(ToolCall call) {
        return current.decide(call);
    }

    @Override
    public Decision preview(ToolCall call) {
        return current.preview(call);
    }

    @Override
    public void settle(ToolCall call, Settlement settlement) {
        current.settle(call, settlement);
    }

    @Override
    public boolean mayCall(String server, Tool tool) {
        return current.mayCall(server, tool);
    }

    @Override
    public boolean mayBlock() {
        return current.mayBlock();
    }

    @Override
    public String version() {
        return current.version();
    }
}
