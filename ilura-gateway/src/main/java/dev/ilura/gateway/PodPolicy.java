package dev.ilura.gateway;

import dev.ilura.IluraException;
import dev.ilura.policy.Policies;
import dev.ilura.policy.RulesPolicy;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Providers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The policy of one pod: the engine that {@code policy} names, or several of which the strictest answer holds, and the
 * guards of the files that {@code overlays} names. An overlay may belong to a workspace that others write to, because it
 * can only make answers stricter; one that is missing or broken is a mistake, so that nobody takes it away unseen.
 */
final class PodPolicy {
    private final Providers<PolicyEngineProvider> providers;

    PodPolicy(Providers<PolicyEngineProvider> providers) {
        this.providers = providers;
    }

    Optional<PolicyEngine> read(TomlSettings pod) {
        List<String> names = pod.isArray("policy")
                ? pod.texts("policy")
                : List.of(pod.text("policy").orElse("rules"));
        List<PolicyEngine> engines = new ArrayList<>();
        for (String name : names) {
            provider(name, pod).flatMap(provider -> provider.create(pod)).ifPresent(engines::add);
        }
        List<Path> overlays = pod.paths("overlays");
        if (names.isEmpty()) {
            pod.problem("policy", "There is no engine.", "Write policy = \"rules\", or leave the key out.");
        }
        if (engines.isEmpty() || engines.size() != names.size()) {
            return Optional.empty();
        }
        Optional<PolicyEngine> guarded = Optional.of(Policies.strictestOf(engines));
        for (Path overlay : overlays) {
            guarded = guarded.flatMap(engine -> guarded(engine, overlay, pod));
        }
        return guarded;
    }

    private Optional<PolicyEngineProvider> provider(String name, TomlSettings pod) {
        try {
            return Optional.of(providers.select(name));
        } catch (IluraException e) {
            pod.leaveOut();
            pod.problem("policy", e.what(), e.fix());
            return Optional.empty();
        }
    }

    private Optional<PolicyEngine> guarded(PolicyEngine engine, Path overlay, TomlSettings pod) {
        Optional<RulesPolicy> guards = overlay(overlay, pod);
        try {
            Optional<PolicyEngine> guarded = guards.flatMap(policy -> Policies.guarded(engine, policy));
            if (guards.isPresent() && guarded.isEmpty()) {
                pod.problem("overlays", "Only rules can be guarded.", "Add \"rules\" to policy.");
            }
            return guarded;
        } catch (IllegalArgumentException e) {
            pod.problem("overlays", overlay.getFileName() + ": " + e.getMessage() + ".", "Correct the overlay.");
            return Optional.empty();
        }
    }

    private Optional<RulesPolicy> overlay(Path overlay, TomlSettings pod) {
        try {
            ConfigFile file = ConfigFile.read(overlay);
            Optional<PolicyEngine> made = providers.select("rules").create(file.root());
            file.root().noteUnknownKeys();
            file.requireFine();
            return made.flatMap(Policies::rulesOf);
        } catch (ConfigException e) {
            for (ConfigProblem problem : e.problems()) {
                pod.problem("overlays", problem.place() + " " + problem.key() + ": " + problem.what(), problem.fix());
            }
            return Optional.empty();
        }
    }
}
