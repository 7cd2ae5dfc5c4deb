package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.PolicyEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What calls of one tool can meet: its guards, and its rules up to the first that holds for any arguments. Immutable.
 */
final class Plan {
    private final String target;
    private final List<Rule> guards;
    private final List<Rule> rules;
    private final Optional<Set<String>> declared;
    private final Optional<Decision> always;

    private Plan(String target, List<Rule> guards, List<Rule> rules, Optional<Set<String>> declared) {
        this.target = target;
        this.guards = List.copyOf(guards);
        this.rules = List.copyOf(rules);
        this.declared = declared;
        boolean depends =
                guards.stream().anyMatch(Plan::isConditional) || rules.stream().anyMatch(Plan::isConditional);
        boolean concernsSession = rules.stream().anyMatch(rule -> rule.marks().concernSession());
        this.always = depends || concernsSession ? Optional.empty() : Optional.of(new Judgement(this).decide());
    }

    static Plan of(String server, Tool tool, List<Rule> rules, List<Rule> guards) {
        List<Rule> candidates = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.covers(server, tool.name())) {
                candidates.add(rule.about(tool));
                if (!isConditional(rule)) {
                    break;
                }
            }
        }
        List<Rule> covering = guards.stream()
                .filter(guard -> guard.covers(server, tool.name()))
                .toList();
        return new Plan(server + "/" + tool.name(), covering, candidates, declaredArguments(tool));
    }

    private static boolean isConditional(Rule rule) {
        return !rule.where().isEmpty();
    }

    /** The arguments the tool declares; empty if its schema leaves that open. */
    private static Optional<Set<String>> declaredArguments(Tool tool) {
        return tool.inputSchema()
                .filter(schema -> schema.member("patternProperties").isEmpty()
                        && schema.member("additionalProperties")
                                .filter(Plan::opens)
                                .isEmpty())
                .flatMap(schema -> schema.member("properties"))
                .map(properties -> properties.members().keySet())
                .map(Set::copyOf);
    }

    private static boolean opens(JsonValue additionalProperties) {
        return !additionalProperties.isBoolean() || additionalProperties.flag();
    }

    /** Tells the conditions that count what became of a call. */
    void settle(ToolCall call, PolicyEngine.Settlement settlement) {
        if (always.isEmpty()) {
            guards.forEach(guard -> guard.where().forEach(condition -> condition.settle(call, settlement)));
            rules.forEach(rule -> rule.where().forEach(condition -> condition.settle(call, settlement)));
        }
    }

    Decision decide(ToolCall call, SessionTaints sessions) {
        return always.orElseGet(() -> new Judgement(this, call, sessions, true).decide());
    }

    Decision preview(ToolCall call, SessionTaints sessions) {
        return always.orElseGet(() -> new Judgement(this, call, sessions, false).decide());
    }

    boolean isUnconditional() {
        return always.isPresent();
    }

    /** Whether there are arguments with which a call could pass. */
    boolean permitsSomething() {
        boolean forbidden = guards.stream().anyMatch(guard -> guard.verdict().denies() && !isConditional(guard));
        return !forbidden && rules.stream().anyMatch(rule -> rule.verdict().permits());
    }

    String target() {
        return target;
    }

    List<Rule> guards() {
        return guards;
    }

    List<Rule> rules() {
        return rules;
    }

    Optional<Set<String>> declared() {
        return declared;
    }
}
