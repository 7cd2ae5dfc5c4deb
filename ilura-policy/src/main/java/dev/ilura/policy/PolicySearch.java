package dev.ilura.policy;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for calls that a policy lets through and should not: calls that one policy allows, or asks less about, and another
 * did not; and calls that no rule covers. Arguments are made from the edges of the rules' own conditions and from what the
 * tools' schemas declare. What it finds is a fact, what it does not find proves nothing. Not thread-safe.
 */
public final class PolicySearch {
    private static final String NO_RULE = "ILR-POLICY-001";

    private final PolicyEngine before;
    private final PolicyEngine after;
    private final Random random;
    private final Map<String, List<Path>> roots;
    private int calls;

    private PolicySearch(PolicyEngine before, PolicyEngine after, Map<String, List<Path>> roots, long seed) {
        this.before = before;
        this.after = after;
        this.roots = Map.copyOf(roots);
        this.random = new Random(seed);
    }

    /**
     * Prepares a search.
     *
     * @param before the policy that is trusted
     * @param after the one that would take its place; the same if only gaps are looked for
     * @param roots the directories of each server
     * @param seed the same seed finds the same calls
     */
    public static PolicySearch of(PolicyEngine before, PolicyEngine after, Map<String, List<Path>> roots, long seed) {
        return new PolicySearch(before, after, roots, seed);
    }

    /** One call and what is remarkable about it. */
    public record Find(Kind kind, ToolCall call, Decision before, Decision after) {
        public Find {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(call, "call");
            Objects.requireNonNull(before, "before");
            Objects.requireNonNull(after, "after");
        }
    }

    /** What is remarkable about a call. */
    public enum Kind {
        /** The new policy allows it, or asks less about it, and the old one did not. */
        MILDER,
        /** No rule covers it; it is denied for that. */
        NOT_COVERED
    }

    /** How many calls were tried. */
    public int calls() {
        return calls;
    }

    /**
     * Searches.
     *
     * @param tools what servers offer, by server
     * @param tries how many calls to try for each tool
     * @return the finds, each as small as it could be made, one for each pair of rules
     */
    public List<Find> run(Map<String, List<Tool>> tools, int tries) {
        List<Find> finds = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        tools.forEach((server, offered) -> offered.forEach(tool -> {
            Map<ArgumentPath, List<Object>> values = values(server, tool);
            for (int i = 0; i < tries; i++) {
                Map<ArgumentPath, Object> chosen = i == 0 ? Map.of() : choose(values);
                @Nullable Find find = judge(server, tool, chosen);
                if (find != null && seen.add(key(find))) {
                    finds.add(shrunk(find, server, tool, chosen));
                }
            }
        }));
        return List.copyOf(finds);
    }

    private static String key(Find find) {
        return find.kind() + " " + find.call().target() + " " + find.before().rule() + " "
                + find.after().rule();
    }

    private @Nullable Find judge(String server, Tool tool, Map<ArgumentPath, Object> chosen) {
        calls++;
        ToolCall call = ToolCall.to(server, tool)
                .id("search-" + calls)
                .session("search-" + calls)
                .roots(roots.getOrDefault(server, List.of()))
                .arguments(Arguments.of(arguments(chosen)))
                .build();
        Decision old = decide(before, call);
        Decision now = decide(after, call);
        if (verdict(now).compareTo(verdict(old)) < 0) {
            return new Find(Kind.MILDER, call, old, now);
        }
        boolean gap = now instanceof Decision.Deny deny && deny.code().equals(NO_RULE);
        return gap ? new Find(Kind.NOT_COVERED, call, old, now) : null;
    }

    /** Without every argument that it does not need. */
    private Find shrunk(Find find, String server, Tool tool, Map<ArgumentPath, Object> chosen) {
        Map<ArgumentPath, Object> left = new LinkedHashMap<>(chosen);
        Find smallest = find;
        for (ArgumentPath argument : List.copyOf(chosen.keySet())) {
            Map<ArgumentPath, Object> fewer = new LinkedHashMap<>(left);
            fewer.remove(argument);
            Find found = judge(server, tool, fewer);
            if (found != null && key(found).equals(key(find))) {
                left = fewer;
                smallest = found;
            }
        }
        return smallest;
    }

    private static Decision decide(PolicyEngine engine, ToolCall call) {
        Decision decision =
                engine.validate(call).<Decision>map(denial -> denial).orElseGet(() -> engine.decide(call));
        engine.settle(call, PolicyEngine.Settlement.NOTHING_HAPPENED);
        return decision;
    }

    private static Verdict verdict(Decision decision) {
        return Verdict.of(decision);
    }

    private Map<ArgumentPath, Object> choose(Map<ArgumentPath, List<Object>> values) {
        Map<ArgumentPath, Object> chosen = new LinkedHashMap<>();
        values.forEach((argument, pool) -> {
            if (random.nextInt(5) > 0) {
                chosen.put(argument, pool.get(random.nextInt(pool.size())));
            }
        });
        return chosen;
    }

    @SuppressWarnings("unchecked") // what ArgumentPath builds around a value are maps with names for keys
    private static Map<String, ?> arguments(Map<ArgumentPath, Object> chosen) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        chosen.forEach((argument, value) -> {
            Object around = argument.around(value);
            if (around instanceof Map<?, ?> map) {
                ((Map<String, Object>) map).forEach(arguments::putIfAbsent);
            }
        });
        return arguments;
    }

    private Map<ArgumentPath, List<Object>> values(String server, Tool tool) {
        Map<String, List<Object>> pools = new LinkedHashMap<>();
        tool.inputSchema()
                .flatMap(schema -> schema.member("properties"))
                .ifPresent(properties -> properties
                        .members()
                        .forEach((name, schema) -> pools.computeIfAbsent(name, first -> new ArrayList<>())
                                .addAll(declared(server, tool, name, schema))));
        for (PolicyEngine engine : List.of(before, after)) {
            Policies.rulesOf(engine).ifPresent(policy -> {
                for (List<Rule> rules : List.of(policy.guards(), policy.rules())) {
                    for (Rule rule : rules) {
                        if (rule.covers(server, tool.name())) {
                            rule.where()
                                    .forEach(condition -> pools.computeIfAbsent(
                                                    condition.argument(), first -> new ArrayList<>())
                                            .addAll(condition.scope().edges()));
                        }
                    }
                }
            });
        }
        Map<ArgumentPath, List<Object>> values = new LinkedHashMap<>();
        pools.forEach((argument, pool) -> {
            if (!argument.equals("*") && !pool.isEmpty()) {
                values.put(ArgumentPath.of(argument), pool);
            }
        });
        return values;
    }

    private List<Object> declared(String server, Tool tool, String name, JsonValue schema) {
        List<Object> values = new ArrayList<>();
        if (schema.isObject()) {
            schema.member("enum")
                    .map(JsonValue::elements)
                    .ifPresent(all -> all.forEach(value -> values.add(Objects.requireNonNullElse(value.toJava(), ""))));
            for (String bound : List.of("minimum", "maximum")) {
                schema.member(bound)
                        .filter(JsonValue::isNumber)
                        .map(JsonValue::number)
                        .ifPresent(number -> values.addAll(List.of(number, number.add(BigDecimal.ONE))));
            }
        }
        String type = schema.isObject()
                ? schema.member("type")
                        .filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .orElse("string")
                : "string";
        switch (type) {
            case "number", "integer" -> values.addAll(List.of(0, 1, 1000));
            case "boolean" -> values.addAll(List.of(true, false));
            case "array" -> values.addAll(List.of(List.of(), List.copyOf(texts(server, tool, name))));
            case "object" -> values.add(Map.of());
            default -> values.addAll(texts(server, tool, name));
        }
        return values;
    }

    private List<String> texts(String server, Tool tool, String name) {
        List<String> texts = new ArrayList<>(List.of("a"));
        switch (ArgumentKind.of(tool.name(), name)) {
            case PATH -> {
                texts.add("/etc/passwd");
                roots.getOrDefault(server, List.of()).forEach(root -> {
                    texts.add(root + "/a.txt");
                    texts.add(root + "/../x");
                });
            }
            case URL -> texts.addAll(List.of("https://www.example.com/", "http://127.0.0.1/"));
            case SQL -> texts.addAll(List.of("SELECT 1", "DELETE FROM t"));
            case COMMAND -> texts.addAll(List.of("ls", "rm -rf x"));
            case REVISION -> texts.addAll(List.of("main", "--output=x"));
            default -> {
                // any text will do
            }
        }
        return texts;
    }
}
