package dev.ilura.policy;

import static dev.ilura.policy.Calls.tool;
import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.RiskLane;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyLintTest {
    private static List<String> notes(RulesPolicy policy) {
        return PolicyLint.check(policy, Map.of()).stream()
                .map(PolicyLint.Note::toString)
                .toList();
    }

    @Test
    void ruleBehindAWiderOneNeverMatches() {
        assertThat(notes(Policies.rules()
                        .allow("files/*")
                        .ask(RiskLane.HIGH, "files/write_*")
                        .denyOthers()))
                .containsExactly("rules[1] (code): never matches: whatever it covers is decided by rules[0] (code), "
                        + "which says allow instead");
    }

    @Test
    void ruleBehindOneThatDemandsMoreStillMatches() {
        assertThat(notes(Policies.rules()
                        .allow("files/*", where("path").insideRoots())
                        .ask(RiskLane.HIGH, "files/write_*")
                        .allow("files/read_?")
                        .allow("files/read_*")
                        .denyOthers()))
                .isEmpty();
    }

    @Test
    void everythingAllowedIsSaid() {
        assertThat(notes(Policies.rules().allow("*/*").denyOthers()))
                .containsExactly("rules[0] (code): allows every call of every tool");
    }

    @Test
    void whatNoServerOffersIsSaid() {
        RulesPolicy policy = Policies.rules()
                .allow(List.of("files/read_*", "files/raed_*"), where("pth").insideRoots())
                .readOnly()
                .allow("files/write_*")
                .readOnly()
                .denyOthers();
        Map<String, List<dev.ilura.Tool>> tools =
                Map.of("files", List.of(tool("read_file", "{\"properties\":{\"path\":{}}}"), tool("write_file")));

        assertThat(PolicyLint.check(policy, tools).stream().map(PolicyLint.Note::what))
                .containsExactly(
                        "files/raed_* names no tool that any server offers",
                        "read_file declares no argument \"pth\", so the rule never holds for it",
                        "write_file is marked read_only, and seems to change something");
    }

    @Test
    void ruleThatAnEarlierOneShadowsIsSuperfluous() {
        assertThat(notes(Policies.rules()
                        .allow("files/*", where("path").insideRoots())
                        .allow("files/read_*", where("path").insideRoots())
                        .denyOthers()))
                .containsExactly("rules[1] (code): never matches: whatever it covers is decided by rules[0] (code), "
                        + "which says the same");
    }

    @Test
    void ruleThatContradictsAnEarlierOneIsSaid() {
        assertThat(notes(Policies.rules()
                        .deny("files/write_file")
                        .allow("files/write_file")
                        .denyOthers()))
                .containsExactly("rules[1] (code): never matches: whatever it covers is decided by rules[0] (code), "
                        + "which says deny instead");
        assertThat(notes(Policies.rules()
                        .allow("files/write_file", where("path").insideRoots())
                        .deny("files/write_file", where("path").insideRoots())
                        .denyOthers()))
                .singleElement()
                .asString()
                .endsWith("which says allow instead");
    }

    @Test
    void ruleThatAGuardContradictsPermitsNothing() {
        assertThat(notes(Policies.rules()
                        .guardDeny("files/write_*")
                        .named("no-writing")
                        .allow("files/write_file")
                        .allow("files/*")
                        .denyOthers()))
                .containsExactly("rules[0] (code): permits nothing: guard no-writing (code) denies all it covers");
    }

    @Test
    void serverThatDoesNotExistIsSaid() {
        RulesPolicy policy = Policies.rules()
                .allow(List.of("files/read_*", "fiels/read_*", "*/list_*"))
                .denyOthers();

        assertThat(PolicyLint.servers(policy, List.of("files", "mail")))
                .extracting(PolicyLint.Note::what)
                .containsExactly("fiels/read_* names no server of the pod; there are [files, mail]");
    }

    @Test
    void toolsOfAServerThatWasNotSeenAreNotGuessed() {
        RulesPolicy policy =
                Policies.rules().allow(List.of("files/read_*", "mail/send")).denyOthers();

        assertThat(PolicyLint.check(policy, Map.of("files", List.of(tool("read_file")))))
                .isEmpty();
    }
}
