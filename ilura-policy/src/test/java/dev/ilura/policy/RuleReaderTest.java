package dev.ilura.policy;

import static dev.ilura.policy.Calls.call;
import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Providers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RuleReaderTest {
    private static final Map<String, ?> POD = Map.of(
            "guards",
            List.of(Map.of("tools", List.of("*/delete_*"), "decision", "ask", "lane", "critical")),
            "rules",
            List.of(
                    Map.of(
                            "tools",
                            List.of("files/read_*", "files/list_*"),
                            "decision",
                            "allow",
                            "read_only",
                            true,
                            "where",
                            Map.of("path", Map.of("inside", "roots"))),
                    Map.of("tools", List.of("remote/create_*"), "decision", "ask", "lane", "high", "name", "creations"),
                    Map.of("tools", List.of("files/delete_*"), "decision", "allow")));

    private static Optional<RulesPolicy> read(MapSettings settings) {
        return new RuleReader(settings).read();
    }

    private static List<String> problems(Map<String, ?> rule) {
        MapSettings settings = MapSettings.pod(Map.of("rules", List.of(rule)));
        assertThat(read(settings)).isEmpty();
        return settings.problems();
    }

    @Test
    void tableOfTheFacesPageDecides() {
        RulesPolicy policy = read(MapSettings.pod(POD)).orElseThrow();

        assertThat(policy.decide(call("files/read_text_file", Map.of("path", "/etc/passwd"), Path.of("/srv/docs"))))
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.reason())
                                .isEqualTo("path resolves to /etc/passwd, outside roots [/srv/docs], "
                                        + "rule default.rules[0] (config.toml:31)"));
        assertThat(policy.decide(call("remote/create_issue", Map.of())))
                .isInstanceOfSatisfying(Decision.Ask.class, ask -> {
                    assertThat(ask.lane()).isEqualTo(RiskLane.HIGH);
                    assertThat(ask.rule().id()).isEqualTo("creations");
                });
        assertThat(policy.decide(call("files/delete_file", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Ask.class, ask -> assertThat(ask.rule().id()).isEqualTo("default.guards[0]"));
    }

    @Test
    void fileAndBuilderMakeTheSameRules() {
        RulesPolicy read = read(MapSettings.pod(Map.of(
                        "rules",
                        List.of(Map.of(
                                "tools",
                                List.of("files/read_*"),
                                "decision",
                                "allow",
                                "name",
                                "reading",
                                "where",
                                Map.of("path", Map.of("inside", "roots")))))))
                .orElseThrow();
        RulesPolicy written = Policies.rules()
                .allow("files/read_*", where("path").insideRoots())
                .named("reading")
                .denyOthers();

        assertThat(read.version()).isEqualTo(written.version());
        assertThat(read.rules().get(0).sentence())
                .isEqualTo(written.rules().get(0).sentence())
                .isEqualTo("allow files/read_* where path is inside the roots");
    }

    @Test
    void everyMistakeIsNotedWhereItStands() {
        List<String> tools = List.of("files/*");

        assertThat(problems(Map.of("tools", tools, "decision", "permit")))
                .containsExactly("pods.default.rules[0].decision: \"permit\" is no decision.");
        assertThat(problems(Map.of("tools", tools)))
                .containsExactly("pods.default.rules[0].decision: The rule does not say what it decides.");
        assertThat(problems(Map.of("tools", tools, "decision", "ask")))
                .containsExactly("pods.default.rules[0].lane: A rule that asks needs a lane.");
        assertThat(problems(Map.of("tools", tools, "decision", "ask", "lane", "low")))
                .containsExactly("pods.default.rules[0].lane: Lane low asks nobody.");
        assertThat(problems(Map.of("tools", tools, "decision", "ask", "lane", "huge")))
                .containsExactly("pods.default.rules[0].lane: \"huge\" is no lane.");
        assertThat(problems(Map.of("tools", tools, "decision", "allow", "lane", "high")))
                .containsExactly("pods.default.rules[0].lane: Only a rule that asks has a lane.");
        assertThat(problems(Map.of("tools", List.of(), "decision", "allow")))
                .containsExactly("pods.default.rules[0].tools: The rule names no tools.");
        assertThat(problems(Map.of("tools", List.of("read_file"), "decision", "allow")))
                .singleElement()
                .asString()
                .startsWith("pods.default.rules[0].tools: \"read_file\" is no tool pattern");
        assertThat(problems(Map.of("tools", tools, "decision", "allow", "where", Map.of("path", "roots"))))
                .containsExactly("pods.default.rules[0].where.path: A condition is a table.");
        assertThat(problems(Map.of("tools", tools, "decision", "allow", "where", Map.of("path", Map.of()))))
                .containsExactly(
                        "pods.default.rules[0].where.path: The condition does not say what the argument must be.");
        assertThat(problems(Map.of(
                        "tools",
                        tools,
                        "decision",
                        "allow",
                        "where",
                        Map.of("path", Map.of("inside", "roots", "exept", List.of(".git"))))))
                .containsExactly("pods.default.rules[0].where.path.exept: The condition has no key \"exept\".");
    }

    @Test
    void everyTypeOfConditionIsRead() {
        Map<String, Map<String, ?>> conditions = Map.ofEntries(
                Map.entry("a", Map.of("inside", List.of("/srv"), "except", List.of(".git"), "access", "read")),
                Map.entry("b", Map.of("type", "url", "hosts", List.of("api.example.com"), "ports", List.of("443"))),
                Map.entry("c", Map.of("type", "sql", "dialect", "postgres", "tables", List.of("orders"))),
                Map.entry("d", Map.of("type", "argv")),
                Map.entry("e", Map.of("type", "shell_word")),
                Map.entry("f", Map.of("type", "ref")),
                Map.entry("g", Map.of("type", "command", "starts_with", List.of("git status"))),
                Map.entry("h", Map.of("type", "secret")),
                Map.entry("i", Map.of("type", "number", "min", 1, "max", 5)),
                Map.entry("j", Map.of("type", "money", "limit", "100.00", "per", "24h")),
                Map.entry("k", Map.of("type", "enum", "one_of", List.of("EUR"))),
                Map.entry("l", Map.of("type", "regex", "matches", "[a-z]+")),
                Map.entry("m", Map.of("type", "text", "max_length", 5)));
        MapSettings settings = MapSettings.pod(
                Map.of("rules", List.of(Map.of("tools", List.of("a/*"), "decision", "allow", "where", conditions))));

        Optional<RulesPolicy> policy = read(settings);

        assertThat(settings.problems()).isEmpty();
        assertThat(policy.orElseThrow().rules().get(0).where()).hasSize(conditions.size());
    }

    @Test
    void incompleteConditionIsAMistake() {
        for (Map<String, ?> condition : List.<Map<String, ?>>of(
                Map.of("type", "url"),
                Map.of("type", "url", "hosts", List.of("https://x")),
                Map.of("type", "url", "hosts", List.of("x"), "ports", List.of("many")),
                Map.of("type", "sql", "dialect", "oracle"),
                Map.of("type", "command", "starts_with", List.of()),
                Map.of("type", "number", "min", 1),
                Map.of("type", "number", "min", 5, "max", 1),
                Map.of("type", "money", "limit", "a lot", "per", "1h"),
                Map.of("type", "enum", "one_of", List.of()),
                Map.of("type", "regex", "matches", "("),
                Map.of("type", "text"),
                Map.of("type", "path"),
                Map.of("inside", "roots", "access", "execute"),
                Map.of("type", "unheard-of"))) {
            assertThat(problems(Map.of("tools", List.of("a/*"), "decision", "allow", "where", Map.of("x", condition))))
                    .as(condition.toString())
                    .isNotEmpty();
        }
    }

    @Test
    void marksOfATaintedSessionAreRead() {
        RulesPolicy policy = read(MapSettings.pod(Map.of(
                        "rules",
                        List.of(Map.of(
                                "tools",
                                List.of("a/*"),
                                "decision",
                                "allow",
                                "taints",
                                List.of("untrusted", "private"),
                                "when_tainted",
                                "deny")))))
                .orElseThrow();

        assertThat(policy.rules().get(0).marks().taints()).containsExactlyInAnyOrder(Taint.values());
        assertThat(policy.decide(call("a/b", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("a/b", Map.of()))).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void allMistakesOfAFileAreReportedTogether() {
        MapSettings settings = MapSettings.pod(Map.of(
                "rules",
                List.of(
                        Map.of("decision", "permit"),
                        Map.of("tools", List.of("x"), "decision", "ask"),
                        Map.of("tools", List.of("a/b"), "decision", "allow", "name", "same"),
                        Map.of("tools", List.of("a/b"), "decision", "allow", "name", "same"))));

        assertThat(read(settings)).isEmpty();
        assertThat(settings.problems()).hasSize(5);
    }

    @Test
    void guardThatAllowsOrMarksIsAMistake() {
        MapSettings settings = MapSettings.pod(Map.of(
                "guards",
                List.of(
                        Map.of("tools", List.of("a/*"), "decision", "allow"),
                        Map.of("tools", List.of("a/*"), "decision", "deny", "read_only", true))));

        assertThat(read(settings)).isEmpty();
        assertThat(settings.problems())
                .containsExactly(
                        "pods.default.guards[0].decision: A guard that allows guards nothing.",
                        "pods.default.guards[1]: A guard only restricts, it declares nothing.");
    }

    @Test
    void providerIsFoundByName() {
        PolicyEngineProvider provider =
                new Providers<>("policy", ServiceLoader.load(PolicyEngineProvider.class)).select("rules");

        assertThat(provider).isInstanceOf(RulesPolicyProvider.class);
        assertThat(provider.create(MapSettings.pod(POD))).isPresent();
    }

    @Test
    void moduleAndServicesFileNameTheSameProvider() throws IOException {
        String service = "META-INF/services/" + PolicyEngineProvider.class.getName();
        try (InputStream file = RulesPolicyProvider.class.getClassLoader().getResourceAsStream(service)) {
            assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(RulesPolicyProvider.class.getName());
        }
        try (InputStream descriptor =
                RulesPolicyProvider.class.getClassLoader().getResourceAsStream("module-info.class")) {
            assertThat(descriptor).isNotNull();
        }
    }
}
