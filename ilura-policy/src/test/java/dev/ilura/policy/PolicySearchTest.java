package dev.ilura.policy;

import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.Tool;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.PolicySearch.Find;
import dev.ilura.policy.PolicySearch.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A policy that became milder somewhere is found out. */
class PolicySearchTest {
    private static final Map<String, List<Tool>> TOOLS = Map.of(
            "files",
            List.of(
                    Tool.of(
                            JsonValue.parse(
                                    "{\"name\":\"read\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"},\"head\":{\"type\":\"integer\"}}}}")),
                    Tool.of(JsonValue.parse("{\"name\":\"pay\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
                            + "{\"amount\":{\"type\":\"integer\"}}}}"))));

    private static List<Find> search(RulesPolicy before, RulesPolicy after) {
        return PolicySearch.of(before, after, Map.of("files", List.of(Path.of("/srv/docs"))), 7)
                .run(TOOLS, 300);
    }

    @Test
    void aWiderDirectoryIsFound() {
        RulesPolicy before = Policies.rules()
                .allow("files/read", where("path").inside(Path.of("/srv/docs")))
                .denyOthers();
        RulesPolicy after = Policies.rules()
                .allow("files/read", where("path").inside(Path.of("/srv")))
                .denyOthers();
        assertThat(search(before, after)).anySatisfy(find -> {
            assertThat(find.kind()).isEqualTo(Kind.MILDER);
            assertThat(find.call().arguments().json().members()).containsOnlyKeys("path");
        });
        assertThat(search(after, before)).noneMatch(find -> find.kind() == Kind.MILDER);
    }

    @Test
    void aBoundThatIsOffByOneIsFound() {
        RulesPolicy before = Policies.rules()
                .allow("files/pay", where("amount").between(1, 500))
                .denyOthers();
        RulesPolicy after = Policies.rules()
                .allow("files/pay", where("amount").between(1, 501))
                .denyOthers();
        assertThat(search(before, after))
                .filteredOn(find -> find.kind() == Kind.MILDER)
                .singleElement()
                .satisfies(
                        find -> assertThat(find.call().arguments().json().raw()).isEqualTo("{\"amount\":501}"));
    }

    @Test
    void aLaneThatWasLoweredIsFound() {
        RulesPolicy before = Policies.rules().ask(RiskLane.HIGH, "files/pay").denyOthers();
        RulesPolicy after = Policies.rules().ask(RiskLane.MEDIUM, "files/pay").denyOthers();
        assertThat(search(before, after)).anyMatch(find -> find.kind() == Kind.MILDER);
    }

    @Test
    void whatNoRuleCoversIsFound() {
        RulesPolicy policy = Policies.rules().allow("files/read").denyOthers();
        assertThat(search(policy, policy))
                .singleElement()
                .satisfies(find -> assertThat(find.call().target()).isEqualTo("files/pay"));
    }

    @Test
    void theCounterExampleWasDeniedBeforeAndIsAllowedNow() {
        RulesPolicy before = Policies.rules()
                .deny("files/pay", where("amount").between(100, 1_000_000))
                .allow("files/pay")
                .denyOthers();
        RulesPolicy after = Policies.rules()
                .deny("files/pay", where("amount").between(101, 1_000_000))
                .allow("files/pay")
                .denyOthers();
        assertThat(search(before, after))
                .filteredOn(find -> find.kind() == Kind.MILDER)
                .singleElement()
                .satisfies(find -> {
                    assertThat(find.call().arguments().json().raw()).isEqualTo("{\"amount\":100}");
                    assertThat(find.before()).isInstanceOf(Decision.Deny.class);
                    assertThat(find.after()).isInstanceOf(Decision.Allow.class);
                    assertThat(before.decide(find.call())).isInstanceOf(Decision.Deny.class);
                    assertThat(after.decide(find.call())).isInstanceOf(Decision.Allow.class);
                });
        assertThat(search(after, before)).noneMatch(find -> find.kind() == Kind.MILDER);
    }
}
