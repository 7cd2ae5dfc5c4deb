package dev.ilura.benchmarks.corpus;

import dev.ilura.json.JsonValue;
import dev.ilura.transport.stdio.spawn.Launchers;
import dev.ilura.transport.stdio.spawn.Os;
import dev.ilura.transport.stdio.spawn.SpawnRules;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the operator's policy that a corpus comes with. */
final class CorpusPolicy {
    private CorpusPolicy() {}

    static SpawnRules rules(JsonValue policy, Os os) {
        SpawnRules rules = SpawnRules.none()
                .launchers(strings(policy, "launchers").stream()
                        .filter(Launchers.names()::contains)
                        .toList())
                .launcherDirs(forOs(policy, "launcherDirs", os))
                .serverRoots(forOs(policy, "serverRoots", os))
                .workspaces(strings(policy, "workspaces"))
                .untrusted(strings(policy, "untrustedDirs"))
                .consentEnv(strings(policy, "approveEnv"))
                .blockedVersions(blocked(policy))
                .entrypoints(entrypoints(policy));
        for (Map.Entry<String, JsonValue> binary :
                members(policy, "registeredBinaries").entrySet()) {
            rules = rules.registered(binary.getKey(), binary.getValue().text(), Optional.empty());
        }
        return rules;
    }

    static List<String> forOs(JsonValue policy, String key, Os os) {
        JsonValue value = members(policy, key).get(os.name().toLowerCase(Locale.ROOT));
        return value == null ? List.of() : texts(value);
    }

    static List<String> strings(JsonValue policy, String key) {
        return policy.member(key).map(CorpusPolicy::texts).orElse(List.of());
    }

    static Map<String, JsonValue> members(JsonValue policy, String key) {
        return policy.member(key).map(JsonValue::members).orElse(Map.of());
    }

    private static List<String> texts(JsonValue array) {
        return array.elements().stream().map(JsonValue::text).toList();
    }

    private static Map<String, String> blocked(JsonValue policy) {
        Map<String, String> blocked = new HashMap<>();
        members(policy, "blockedVersions").forEach((name, bound) -> blocked.put(name, bound.text()));
        return blocked;
    }

    private static Map<String, List<String>> entrypoints(JsonValue policy) {
        Map<String, List<String>> entrypoints = new HashMap<>();
        members(policy, "entrypoints").forEach((name, programs) -> entrypoints.put(name, texts(programs)));
        return entrypoints;
    }
}
