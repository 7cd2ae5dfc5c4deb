package dev.ilura.policy;

import dev.ilura.RuleRef;
import dev.ilura.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One rule or guard, as data: the same object whether it was written in a file or in Java. Immutable.
 *
 * @param ref where it stands
 * @param verdict what it says
 * @param tools which tools it covers; at least one
 * @param where what their arguments must be; all of it
 * @param marks what the operator declares about these tools
 * @param reason one sentence for the people who meet the rule
 */
public record Rule(
        RuleRef ref,
        Verdict verdict,
        List<ToolGlob> tools,
        List<Condition> where,
        Marks marks,
        Optional<String> reason) {

    public Rule {
        Objects.requireNonNull(ref, "ref");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(marks, "marks");
        Objects.requireNonNull(reason, "reason");
        tools = List.copyOf(tools);
        where = List.copyOf(where);
        if (tools.isEmpty()) {
            throw new IllegalArgumentException("a rule needs a tool pattern, for example \"files/read_*\"");
        }
    }

    /** The same, with what its verdict comes to for this tool. */
    Rule about(Tool tool) {
        return verdict.isByRisk() ? new Rule(ref, verdict.about(tool), tools, where, marks, reason) : this;
    }

    /** Whether it is about this tool. */
    public boolean covers(String server, String tool) {
        for (ToolGlob glob : tools) {
            if (glob.matches(server, tool)) {
                return true;
            }
        }
        return false;
    }

    /** What it says, in one line: {@code allow files/read_* where path is inside the roots}. */
    public String sentence() {
        StringBuilder sentence = new StringBuilder(verdict.toString());
        for (int i = 0; i < tools.size(); i++) {
            sentence.append(i == 0 ? " " : ", ").append(tools.get(i));
        }
        for (int i = 0; i < where.size(); i++) {
            sentence.append(i == 0 ? " where " : " and ").append(where.get(i));
        }
        return sentence.toString();
    }

    /** All that can change a decision, for the version of the policy; not where it is written. */
    Map<String, ?> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", ref.id());
        facts.put("verdict", verdict.toString());
        facts.put("tools", tools.stream().map(ToolGlob::text).toList());
        facts.put("where", where.stream().map(Condition::facts).toList());
        facts.put("marks", marks.facts());
        facts.put("reason", reason.orElse(""));
        return facts;
    }
}
