package dev.ilura.policy;

import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Settings;
import java.util.Optional;

/** Reads {@code guards} and {@code rules} of a pod's table. Selected by the name {@code rules}. */
public final class RulesPolicyProvider implements PolicyEngineProvider {
    /** For {@link java.util.ServiceLoader}. */
    public RulesPolicyProvider() {}

    @Override
    public String name() {
        return "rules";
    }

    @Override
    public Optional<PolicyEngine> create(Settings settings) {
        return new RuleReader(settings).read().map(policy -> policy);
    }
}
