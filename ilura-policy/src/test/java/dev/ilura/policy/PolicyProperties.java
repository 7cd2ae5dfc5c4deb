package dev.ilura.policy;

import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Decision;
import dev.ilura.ToolCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What must hold for all calls and rules, found by looking for calls for which it does not. */
class PolicyProperties {
    private static final Path ROOT = Path.of("/srv/docs");
    private static final RulesPolicy INSIDE =
            Policies.rules().allow("files/*", where("path").insideRoots()).denyOthers();

    @Property
    void everySpellingOfAPathOutsideStaysDenied(@ForAll("disguisedPaths") String path) {
        ToolCall call = Calls.call("files/read", Map.of("path", path), ROOT);

        assertThat(INSIDE.decide(call)).as(path).isInstanceOf(Decision.Deny.class);
    }

    @Property
    void whatIsAllowedIsSentInsideTheRoot(@ForAll("paths") String path) {
        Decision decision = INSIDE.decide(Calls.call("files/read", Map.of("path", path), ROOT));

        if (decision instanceof Decision.Allow allow) {
            String sent = allow.terms().rewrites().isEmpty()
                    ? path
                    : allow.terms().rewrites().get(0).value();
            assertThat(Path.of(sent).normalize()).isEqualTo(Path.of(sent)).startsWithRaw(ROOT);
        }
    }

    @Property
    void aDenyRuleMoreNeverAllowsMore(
            @ForAll("rules") List<RuleText> rules, @ForAll("rule") RuleText more, @ForAll Random random) {
        List<RuleText> stricter = new ArrayList<>(rules);
        stricter.add(random.nextInt(rules.size() + 1), new RuleText("deny", more.tools(), more.directory()));

        for (ToolCall call : calls()) {
            if (policy(rules).decide(call) instanceof Decision.Deny) {
                assertThat(policy(stricter).decide(call)).isInstanceOf(Decision.Deny.class);
            }
        }
    }

    @Property
    void aGuardMoreNeverMakesMilder(@ForAll("rules") List<RuleText> rules, @ForAll("rule") RuleText guard) {
        RulesPolicy plain = policy(rules);
        RulesPolicy guarded =
                collect(rules).guardDeny(guard.tools(), guard.conditions()).denyOthers();

        for (ToolCall call : calls()) {
            assertThat(strictness(guarded.decide(call))).isGreaterThanOrEqualTo(strictness(plain.decide(call)));
        }
    }

    @Property
    void orderOfDisjointRulesMeansNothing(@ForAll Random random) {
        List<RuleText> rules = new ArrayList<>(List.of(
                new RuleText("allow", "a/read", "/srv"),
                new RuleText("deny", "a/write", ""),
                new RuleText("ask", "b/read", "/etc"),
                new RuleText("allow", "b/write", "")));
        RulesPolicy ordered = policy(rules);
        Collections.shuffle(rules, random);
        RulesPolicy shuffled = policy(rules);

        for (ToolCall call : calls()) {
            assertThat(strictness(shuffled.decide(call))).isEqualTo(strictness(ordered.decide(call)));
        }
    }

    @Provide
    Arbitrary<String> disguisedPaths() {
        Arbitrary<String> outside = Arbitraries.of(
                "/etc/passwd",
                "/srv/docs/../secret",
                "/srv/docs/../../etc/passwd",
                "../secret",
                "/srv/docs-old/x",
                "/srv");
        Arbitrary<Integer> spelling = Arbitraries.integers().between(0, 9);
        return Combinators.combine(outside, spelling).as(PolicyProperties::spelled);
    }

    private static String spelled(String path, int spelling) {
        return switch (spelling) {
            case 0 -> path.replace("..", "%2e%2e");
            case 1 -> path.replace("..", "%252e%252e");
            case 2 -> path.replace("/", "//");
            case 3 -> path.replace("/", "/./");
            case 4 -> path.replace("..", "\uFF0E\uFF0E");
            case 5 -> path.replace("..", "\u2025");
            case 6 -> path.replace("../", "..\\");
            case 7 -> path.toUpperCase(java.util.Locale.ROOT);
            case 8 -> path.replace("..", ".\u200B.");
            default -> path + "/";
        };
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> step = Arbitraries.of("..", ".", "a", "b c", "srv", "docs", "etc", "%2e", "~", "\u00E9", "");
        return step.list()
                .ofMaxSize(8)
                .flatMap(steps -> Arbitraries.of("/", "", "/srv/docs/").map(start -> start + String.join("/", steps)));
    }

    @Provide
    Arbitrary<List<RuleText>> rules() {
        return rule().list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<RuleText> rule() {
        return Combinators.combine(
                        Arbitraries.of("allow", "ask", "deny"),
                        Arbitraries.of("a/*", "a/read", "b/*", "*/write", "*/*"),
                        Arbitraries.of("", "/srv", "/etc"))
                .as(RuleText::new);
    }

    private static List<ToolCall> calls() {
        List<ToolCall> calls = new ArrayList<>();
        for (String target : List.of("a/read", "a/write", "b/read", "b/write")) {
            for (Object path : List.of("/srv/x", "/etc/x", "/home/x", "/srv/%2e%2e/x", List.of("/srv/x", "/etc/x"))) {
                calls.add(Calls.call(target, Map.of("path", path)));
            }
            calls.add(Calls.call(target, Map.of()));
        }
        return calls;
    }

    private static RulesPolicy policy(List<RuleText> rules) {
        return collect(rules).denyOthers();
    }

    private static Rules collect(List<RuleText> rules) {
        Rules collected = Policies.rules();
        for (RuleText rule : rules) {
            switch (rule.verdict()) {
                case "allow" -> collected.allow(rule.tools(), rule.conditions());
                case "ask" -> collected.ask(dev.ilura.RiskLane.HIGH, rule.tools(), rule.conditions());
                default -> collected.deny(rule.tools(), rule.conditions());
            }
        }
        return collected;
    }

    private static int strictness(Decision decision) {
        if (decision instanceof Decision.Allow) {
            return 0;
        }
        return decision instanceof Decision.Ask ? 1 : 2;
    }

    record RuleText(String verdict, String tools, String directory) {
        Condition[] conditions() {
            return directory.isEmpty()
                    ? new Condition[0]
                    : new Condition[] {where("path").inside(Path.of(directory))};
        }
    }
}
