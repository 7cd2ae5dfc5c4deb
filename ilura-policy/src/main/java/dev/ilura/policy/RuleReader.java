package dev.ilura.policy;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.RuleRef;
import dev.ilura.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From one pod's table to rules. Goes on after a mistake, so that one report shows them all. */
final class RuleReader {
    private static final String TOOLS_FIX = "Write tools = [\"server/tool\"], with * for any characters.";
    private static final String DECISION_FIX = "Write decision = \"allow\", \"ask\", \"deny\" or \"by_risk\".";
    private static final String LANE_FIX = "Write lane = \"medium\", \"high\" or \"critical\".";

    private final Settings pod;
    private final String prefix;
    private boolean broken;

    RuleReader(Settings pod) {
        this.pod = pod;
        String name = pod.name().startsWith("pods.") ? pod.name().substring("pods.".length()) : pod.name();
        this.prefix = name.isEmpty() ? pod.origin().replaceFirst(":[0-9]+$", "") + "." : name + ".";
    }

    Optional<RulesPolicy> read() {
        List<Rule> guards = rules("guards", true);
        List<Rule> rules = rules("rules", false);
        ArgumentLimits limits = pod.table("limits").map(this::limits).orElse(ArgumentLimits.DEFAULTS);
        for (String key : List.of("guards", "rules")) {
            Set<String> repeated = Rules.repeatedNames(key.equals("guards") ? guards : rules);
            if (!repeated.isEmpty()) {
                problem(pod, key, "More than one rule is called " + repeated + ".", "Give each its own name.");
            }
        }
        return broken ? Optional.empty() : Optional.of(RulesPolicy.of(rules, guards, limits));
    }

    private ArgumentLimits limits(Settings table) {
        return new ArgumentLimits(
                limit(table, "keys", ArgumentLimits.DEFAULTS.keys()),
                limit(table, "elements", ArgumentLimits.DEFAULTS.elements()),
                limit(table, "characters", ArgumentLimits.DEFAULTS.characters()));
    }

    private int limit(Settings table, String key, int otherwise) {
        long limit = table.integer(key).orElse((long) otherwise);
        if (limit < 1 || limit > Integer.MAX_VALUE) {
            problem(table, key, "A limit is at least 1.", "Write a positive number, or leave the line out.");
            return otherwise;
        }
        return (int) limit;
    }

    private List<Rule> rules(String key, boolean guards) {
        List<Rule> rules = new ArrayList<>();
        int index = 0;
        for (Settings table : pod.tables(key)) {
            rule(table, prefix + key + "[" + index + "]", guards).ifPresent(rules::add);
            index++;
        }
        return rules;
    }

    private Optional<Rule> rule(Settings table, String id, boolean guard) {
        Verdict verdict = verdict(table, guard);
        List<ToolGlob> tools = tools(table);
        List<Condition> where = where(table);
        String name = table.text("name").orElse(id);
        Marks marks = marks(table);
        Optional<String> reason = table.text("reason");
        if (name.isBlank()) {
            problem(table, "name", "A name has to be readable.", "Write a name, or leave the line out.");
        }
        if (guard && !marks.equals(Marks.NONE)) {
            problem(
                    table,
                    "",
                    "A guard only restricts, it declares nothing.",
                    "Put read_only, idempotent, taints and when_tainted on the rule that allows the tools.");
        }
        return verdict == null || tools.isEmpty()
                ? Optional.empty()
                : Optional.of(new Rule(new RuleRef(name, table.origin()), verdict, tools, where, marks, reason));
    }

    private Marks marks(Settings table) {
        Marks marks = Marks.NONE;
        marks = table.flag("read_only").orElse(false) ? marks.asReadOnly() : marks;
        marks = table.flag("idempotent").orElse(false) ? marks.asIdempotent() : marks;
        for (String name : table.texts("taints")) {
            Optional<Taint> taint = Taint.named(name);
            if (taint.isEmpty()) {
                problem(table, "taints", "\"" + name + "\" is no taint.", "Write \"untrusted\" or \"private\".");
            } else {
                marks = marks.tainting(taint.get());
            }
        }
        String tainted = table.text("when_tainted").orElse("");
        return switch (tainted) {
            case "" -> marks;
            case "deny" -> marks.whenTainted(Verdict.deny());
            case "ask" -> marks.whenTainted(Verdict.ask(RiskLane.CRITICAL));
            default -> {
                problem(table, "when_tainted", "\"" + tainted + "\" is no decision.", "Write \"ask\" or \"deny\".");
                yield marks;
            }
        };
    }

    private @Nullable Verdict verdict(Settings table, boolean guard) {
        Optional<String> decision = table.text("decision");
        Optional<String> lane = table.text("lane");
        if (decision.isEmpty()) {
            problem(table, "decision", "The rule does not say what it decides.", DECISION_FIX);
            return null;
        }
        if (!decision.get().equals("ask") && lane.isPresent()) {
            problem(
                    table,
                    "lane",
                    "Only a rule that asks has a lane.",
                    "Remove the lane, or write decision = \"ask\".");
            return null;
        }
        if (!decision.get().equals("ask") && table.integer("approvers").isPresent()) {
            problem(
                    table,
                    "approvers",
                    "Only a rule that asks has approvers.",
                    "Remove the line, or write decision = \"ask\".");
            return null;
        }
        return switch (decision.get()) {
            case "allow" -> allow(table, guard);
            case "deny" -> Verdict.deny();
            case "by_risk" -> guard ? allow(table, true) : Verdict.byRisk();
            case "ask" -> ask(table, lane);
            default -> {
                problem(table, "decision", "\"" + decision.get() + "\" is no decision.", DECISION_FIX);
                yield null;
            }
        };
    }

    private @Nullable Verdict allow(Settings table, boolean guard) {
        if (guard) {
            problem(
                    table,
                    "decision",
                    "A guard that allows guards nothing.",
                    "Write \"ask\" or \"deny\", or make it a rule.");
            return null;
        }
        return Verdict.allow();
    }

    private @Nullable Verdict ask(Settings table, Optional<String> lane) {
        if (lane.isEmpty()) {
            problem(table, "lane", "A rule that asks needs a lane.", LANE_FIX);
            return null;
        }
        for (RiskLane known : RiskLane.values()) {
            if (known.label().equals(lane.get())) {
                return known == RiskLane.LOW ? low(table) : Verdict.ask(known, approvers(table));
            }
        }
        problem(table, "lane", "\"" + lane.get() + "\" is no lane.", LANE_FIX);
        return null;
    }

    private int approvers(Settings table) {
        long approvers = table.integer("approvers").orElse(1L);
        if (approvers < 1 || approvers > Decision.Ask.MAX_APPROVERS) {
            problem(
                    table,
                    "approvers",
                    "From 1 to " + Decision.Ask.MAX_APPROVERS + " people can be asked.",
                    "Write approvers = 2, or leave the line out for one.");
            return 1;
        }
        return (int) approvers;
    }

    private @Nullable Verdict low(Settings table) {
        problem(table, "lane", "Lane low asks nobody.", LANE_FIX.replace(".", "") + ", or decision = \"allow\".");
        return null;
    }

    private List<ToolGlob> tools(Settings table) {
        List<String> texts = table.texts("tools");
        if (texts.isEmpty()) {
            problem(table, "tools", "The rule names no tools.", TOOLS_FIX);
        }
        List<ToolGlob> globs = new ArrayList<>();
        for (String text : texts) {
            try {
                globs.add(new ToolGlob(text));
            } catch (IllegalArgumentException e) {
                problem(table, "tools", sentence(e.getMessage()), TOOLS_FIX);
            }
        }
        return globs;
    }

    private List<Condition> where(Settings table) {
        List<Condition> conditions = new ArrayList<>();
        if (table.keys().contains("where") && !table.isTable("where")) {
            problem(table, "where", "The conditions are no table.", "Write where = { path = { inside = \"roots\" } }.");
            return conditions;
        }
        table.table("where").ifPresent(where -> {
            for (String argument : where.keys()) {
                condition(where, argument).ifPresent(conditions::add);
            }
        });
        return conditions;
    }

    private Optional<Condition> condition(Settings where, String argument) {
        if (!where.isTable(argument)) {
            problem(where, argument, "A condition is a table.", "Write " + argument + " = { inside = \"roots\" }.");
            return Optional.empty();
        }
        Settings table = where.table(argument).orElseThrow();
        try {
            return new ScopeReader(table, this::problem).read().map(scope -> Condition.of(argument, scope));
        } catch (IllegalArgumentException e) {
            problem(table, "", sentence(e.getMessage()), "Correct the condition.");
            return Optional.empty();
        }
    }

    private static String sentence(@Nullable String clause) {
        String text = clause == null ? "this is not valid" : clause;
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
    }

    private void problem(Settings table, String key, String what, String fix) {
        broken = true;
        table.problem(key, what, fix);
    }
}
