package dev.ilura.policy;

import dev.ilura.RuleRef;
import dev.ilura.Tool;
import dev.ilura.policy.internal.ToolEffect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Looks for rules that do not do what their author thought. It changes nothing and decides nothing. */
public final class PolicyLint {
    private final List<Note> notes = new ArrayList<>();

    private PolicyLint() {}

    /**
     * Everything suspicious about a policy.
     *
     * @param tools what the servers really offer, by server; those of a server that is not in it are not known, which leaves
     *     some checks out
     */
    public static List<Note> check(RulesPolicy policy, Map<String, List<Tool>> tools) {
        PolicyLint lint = new PolicyLint();
        lint.order(policy.rules());
        policy.rules().forEach(lint::width);
        policy.rules().forEach(rule -> lint.forbidden(rule, policy.guards()));
        if (!tools.isEmpty()) {
            policy.rules().forEach(rule -> lint.references(rule, tools));
            policy.guards().forEach(guard -> lint.references(guard, tools));
        }
        return List.copyOf(lint.notes);
    }

    /** A rule behind one without conditions that covers all its tools is never tried. */
    private void order(List<Rule> rules) {
        for (int later = 1; later < rules.size(); later++) {
            for (Rule earlier : rules.subList(0, later)) {
                Rule rule = rules.get(later);
                boolean sameDemands = earlier.where().stream()
                        .allMatch(condition -> rule.where().stream()
                                .anyMatch(other -> other.facts().equals(condition.facts())));
                if (covers(earlier, rule) && sameDemands) {
                    String contradiction = earlier.verdict().equals(rule.verdict())
                            ? ", which says the same"
                            : ", which says " + earlier.verdict() + " instead";
                    note(
                            rule.ref(),
                            "never matches: whatever it covers is decided by " + earlier.ref() + contradiction);
                    break;
                }
            }
        }
    }

    /** A rule that permits what a guard without conditions denies. */
    private void forbidden(Rule rule, List<Rule> guards) {
        guards.stream()
                .filter(guard -> guard.verdict().denies() && guard.where().isEmpty() && covers(guard, rule))
                .findFirst()
                .filter(guard -> rule.verdict().permits())
                .ifPresent(
                        guard -> note(rule.ref(), "permits nothing: guard " + guard.ref() + " denies all it covers"));
    }

    /**
     * Patterns that name a server which is not there.
     *
     * @param servers the names of all servers that the pod reaches
     */
    public static List<Note> servers(RulesPolicy policy, Collection<String> servers) {
        PolicyLint lint = new PolicyLint();
        for (List<Rule> rules : List.of(policy.guards(), policy.rules())) {
            for (Rule rule : rules) {
                for (ToolGlob glob : rule.tools()) {
                    if (servers.stream().noneMatch(glob::mayName)) {
                        lint.note(rule.ref(), glob + " names no server of the pod; there are " + List.copyOf(servers));
                    }
                }
            }
        }
        return List.copyOf(lint.notes);
    }

    private static boolean covers(Rule wide, Rule narrow) {
        return narrow.tools().stream().allMatch(glob -> wide.tools().stream().anyMatch(other -> other.covers(glob)));
    }

    private void width(Rule rule) {
        boolean everything = rule.tools().stream().anyMatch(ToolGlob::isEverything);
        if (everything && rule.verdict().allows() && rule.where().isEmpty()) {
            note(rule.ref(), "allows every call of every tool");
        }
    }

    private void references(Rule rule, Map<String, List<Tool>> tools) {
        List<Tool> covered = new ArrayList<>();
        tools.forEach((server, offered) -> offered.stream()
                .filter(tool -> rule.covers(server, tool.name()))
                .forEach(covered::add));
        for (ToolGlob glob : rule.tools()) {
            boolean names = tools.entrySet().stream()
                    .anyMatch(entry ->
                            entry.getValue().stream().anyMatch(tool -> glob.matches(entry.getKey(), tool.name())));
            boolean known = tools.keySet().stream().anyMatch(glob::mayName);
            if (known && !names) {
                note(rule.ref(), glob + " names no tool that any server offers");
            }
        }
        for (Condition condition : rule.where()) {
            for (Tool tool : covered) {
                if (!declares(tool, condition)) {
                    note(
                            rule.ref(),
                            tool.name() + " declares no argument \"" + condition.argument()
                                    + "\", so the rule never holds for it");
                }
            }
        }
        if (rule.marks().readOnly()) {
            covered.stream()
                    .filter(tool -> ToolEffect.of(tool) != ToolEffect.READS)
                    .forEach(tool ->
                            note(rule.ref(), tool.name() + " is marked read_only, and seems to change something"));
        }
    }

    private static boolean declares(Tool tool, Condition condition) {
        String argument = ArgumentPath.of(condition.argument()).topLevel();
        return argument.isEmpty()
                || argument.equals("*")
                || tool.inputSchema()
                        .flatMap(schema -> schema.member("properties"))
                        .map(properties -> properties.member(argument).isPresent())
                        .orElse(true);
    }

    private void note(RuleRef rule, String what) {
        notes.add(new Note(rule, what));
    }

    /**
     * One suspicion.
     *
     * @param rule the rule it is about
     * @param what in words that follow the name of the rule
     */
    public record Note(RuleRef rule, String what) {
        public Note {
            Objects.requireNonNull(rule, "rule");
            Objects.requireNonNull(what, "what");
        }

        @Override
        public String toString() {
            return rule + ": " + what;
        }
    }
}
