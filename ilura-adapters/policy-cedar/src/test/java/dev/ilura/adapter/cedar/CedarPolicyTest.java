package dev.ilura.adapter.cedar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.Tool;
import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cedar decides over the values that will be sent, and its doubt is a denial. */
class CedarPolicyTest {

    private static ToolCall call(String tool, Map<String, ?> arguments) {
        return ToolCall.to("files", Tool.of(JsonValue.of(Map.of("name", tool))))
                .arguments(Arguments.of(arguments))
                .build();
    }

    private static CedarPolicy policy(String text) {
        return CedarPolicy.of(text, "test.cedar");
    }

    private static CedarPolicy under(Path dir) {
        return policy("@id(\"docs\") permit(principal, action == Action::\"call\", resource in Server::\"files\")"
                + " when { context.arguments.path like \"" + dir + "/*\" };");
    }

    @Test
    void whatNoPolicyPermitsIsDenied() {
        Decision decision = policy("permit(principal == Principal::\"nobody\", action, resource);")
                .decide(call("read", Map.of()));
        assertThat(decision).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.code()).isEqualTo(CedarPolicy.DENIED);
            assertThat(deny.reason()).isEqualTo("no Cedar policy permits files/read");
        });
    }

    @Test
    void aPolicyIsCalledByItsId() {
        Decision decision = policy("@id(\"reading\") permit(principal, action, resource == Tool::\"files/read\");")
                .decide(call("read", Map.of()));
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        assertThat(decision.rule().id()).isEqualTo("reading");
        assertThat(decision.rule().origin()).isEqualTo("test.cedar");
        assertThat(decision.trace()).containsExactly("Cedar permits files/read by [reading]");
    }

    @Test
    void aForbidWinsOverAPermit() {
        CedarPolicy policy = policy("permit(principal, action, resource);"
                + "@id(\"no-delete\") forbid(principal, action, resource == Tool::\"files/delete\");");
        assertThat(policy.decide(call("read", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("delete", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.rule().id()).isEqualTo("no-delete"));
    }

    @Test
    void theStrictestLaneOfThePermitsHolds() {
        Decision decision = policy("@ask(\"medium\") permit(principal, action, resource);"
                        + "@ask(\"high\") permit(principal, action, resource == Tool::\"files/write\");")
                .decide(call("write", Map.of()));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Ask.class, ask -> assertThat(ask.lane()).isEqualTo(RiskLane.HIGH));
    }

    /** The attack: Cedar skips a forbid that fails over an argument of another type. */
    @Test
    void aForbidThatCannotBeEvaluatedDenies() {
        CedarPolicy policy = policy(
                "permit(principal, action, resource); forbid(principal, action, resource) when { context.arguments.limit > 5 };");
        assertThat(policy.decide(call("read", Map.of("limit", 3)))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("read", Map.of("limit", "9"))))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo(CedarPolicy.FAILED));
        assertThat(policy.decide(call("read", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo(CedarPolicy.FAILED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/../../etc/passwd", "/x/../../y", "/..", "/%2e%2e/etc/passwd", "/a%2fb", "/..\\x", "/a\u0000b"})
    void aPathThatCanBeReadInTwoWaysIsDenied(String tail, @TempDir Path dir) throws IOException {
        Path real = dir.toRealPath();
        assertThat(under(real).decide(call("read", Map.of("path", real + tail))))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo(CedarPolicy.UNCLEAR));
    }

    @Test
    void aLinkIsJudgedByWhereItLeadsAndSentAsThat(@TempDir Path dir) throws IOException {
        Path real = dir.toRealPath();
        Path inside = Files.createDirectory(real.resolve("docs"));
        Files.writeString(inside.resolve("a.md"), "x");
        Files.createSymbolicLink(inside.resolve("out"), Path.of("/etc"));
        Files.createSymbolicLink(inside.resolve("b.md"), inside.resolve("a.md"));

        assertThat(under(inside).decide(call("read", Map.of("path", inside + "/out/passwd"))))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo(CedarPolicy.DENIED));
        assertThat(under(inside).decide(call("read", Map.of("path", inside + "/b.md"))))
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.terms().rewrites())
                                .containsExactly(new Decision.Rewrite("/path", inside + "/a.md")));
        assertThat(under(inside).decide(call("read", Map.of("path", inside + "/new.md"))))
                .isInstanceOf(Decision.Allow.class);
    }

    @Test
    void argumentsHaveTheTypesOfCedar() {
        CedarPolicy policy = policy("permit(principal, action, resource) when {"
                + " context.arguments.n == 5 && context.arguments.d.lessThan(decimal(\"1.5\")) && context.arguments.b"
                + " && context.arguments.list.contains(\"x\") && context.arguments.o.k == \"v\""
                + " && !(context.arguments has nothing) && context.pod == \"default\" };");
        assertThat(policy.decide(call(
                        "read", Map.of("n", 5, "d", 1.25, "b", true, "list", List.of("x"), "o", Map.of("k", "v")))))
                .isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("read", Map.of("n", 1e30))))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo(CedarPolicy.UNCLEAR));
    }

    @Test
    void theVersionIsThatOfTheText() {
        String text = "permit(principal, action, resource);";
        assertThat(policy(text).version()).isEqualTo(policy(text).version());
        assertThat(policy(text).version()).isNotEqualTo(policy(text + " ").version());
    }

    @Test
    void whatIsNoPolicyIsRefused() {
        assertThatThrownBy(() -> policy("permit everything"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("these are no Cedar policies");
        assertThatThrownBy(() -> policy("@ask(\"loud\") permit(principal, action, resource);"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names no lane");
    }
}
