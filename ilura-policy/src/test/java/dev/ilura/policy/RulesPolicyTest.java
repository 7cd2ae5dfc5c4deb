package dev.ilura.policy;

import static dev.ilura.policy.Calls.call;
import static dev.ilura.policy.Calls.tool;
import static dev.ilura.policy.Policies.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ilura.Decision;
import dev.ilura.RiskLane;
import dev.ilura.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesPolicyTest {
    @TempDir
    Path temp;

    Path root;
    Path outside;

    @BeforeEach
    void makeTree() throws IOException {
        Path real = temp.toRealPath();
        root = Files.createDirectory(real.resolve("docs"));
        outside = Files.createDirectory(real.resolve("docs-old"));
        Files.writeString(root.resolve("a.md"), "inside");
        Files.writeString(outside.resolve("b.md"), "outside");
    }

    private RulesPolicy readmePolicy() {
        return Policies.rules()
                .allow("files/read_*", where("path").insideRoots())
                .ask(RiskLane.HIGH, "files/write_file")
                .denyOthers();
    }

    @Test
    void firstRuleThatHoldsDecides() {
        RulesPolicy policy =
                Policies.rules().deny("files/read_secret").allow("files/*").denyOthers();

        assertThat(policy.decide(call("files/read_secret", Map.of()))).isInstanceOf(Decision.Deny.class);
        assertThat(policy.decide(call("files/read_file", Map.of()))).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void whatNoRuleCoversIsDenied() {
        Decision decision = readmePolicy().decide(call("mail/send", Map.of()));

        assertThat(decision).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.code()).isEqualTo("ILR-POLICY-001");
            assertThat(deny.reason()).isEqualTo("no rule allows mail/send, and what no rule allows is denied");
        });
    }

    @Test
    void denialNamesTheResolvedPathTheRootsAndTheRule() {
        Decision decision = readmePolicy().decide(call("files/read_text_file", Map.of("path", "/etc/passwd"), root));

        assertThat(decision).isInstanceOfSatisfying(Decision.Deny.class, deny -> {
            assertThat(deny.code()).isEqualTo("ILR-POLICY-101");
            assertThat(deny.reason())
                    .isEqualTo("path resolves to /etc/passwd, outside roots [" + root + "], rule rules[0] (code)");
            assertThat(deny.trace())
                    .containsExactly(
                            "rule rules[0] (code), allow files/read_* where path is inside the roots: does not match: "
                                    + "path resolves to /etc/passwd, outside roots [" + root + "]",
                            "no rule is left: denied");
        });
    }

    @Test
    void dotDotOutOfTheRootIsDenied() {
        Decision decision = readmePolicy()
                .decide(call("files/read_text_file", Map.of("path", root + "/../../../../../etc/passwd"), root));

        assertThat(decision).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void symlinkOutOfTheRootIsDenied() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), outside.resolve("b.md"));

        Decision decision = readmePolicy().decide(call("files/read_text_file", Map.of("path", root + "/link"), root));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.reason()).startsWith("path resolves to " + outside.resolve("b.md")));
    }

    @Test
    void whatWasJudgedIsWhatIsSent() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), root.resolve("a.md"));

        Decision decision = readmePolicy().decide(call("files/read_text_file", Map.of("path", "link"), root));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.terms().rewrites())
                                .containsExactly(new Decision.Rewrite(
                                        "/path", root.resolve("a.md").toString())));
    }

    @Test
    void canonicalPathIsNotRewritten() {
        Decision decision = readmePolicy().decide(call("files/read_text_file", Map.of("path", root + "/a.md"), root));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.terms().rewrites()).isEmpty());
    }

    @Test
    void everyPathOfAnArrayIsJudged() {
        RulesPolicy policy = Policies.rules()
                .allow("files/read_many", where("paths").insideRoots())
                .denyOthers();

        assertThat(policy.decide(call("files/read_many", Map.of("paths", List.of(root + "/a.md")), root)))
                .isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(
                        call("files/read_many", Map.of("paths", List.of(root + "/a.md", outside + "/b.md")), root)))
                .isInstanceOf(Decision.Deny.class);
    }

    @Test
    void missingArgumentIsSaidToBeMissing() {
        Decision decision = readmePolicy().decide(call("files/read_text_file", Map.of(), root));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.reason()).startsWith("path is missing or empty, rule"));
    }

    @Test
    void argumentThatImitatesAJudgedOneIsDenied() {
        Decision decision = readmePolicy()
                .decide(call("files/read_text_file", Map.of("path", root + "/a.md", "Path", "/etc/passwd"), root));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo("ILR-POLICY-005"));
    }

    @Test
    void argumentThatNobodyDeclaredIsDeniedWhereArgumentsAreJudged() {
        var tool = tool("read_file", "{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}}}");
        RulesPolicy policy = Policies.rules()
                .allow("files/read_*", where("path").inside(root))
                .denyOthers();

        Decision decision =
                policy.decide(call("files", tool, "{\"path\":\"" + root + "/a.md\",\"file\":\"/etc/passwd\"}"));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo("ILR-POLICY-004"));
    }

    @Test
    void ambiguousPathIsDeniedEvenIfALaterRuleWouldAllow() {
        RulesPolicy policy = Policies.rules()
                .deny("files/*", where("path").inside(outside))
                .allow("files/*")
                .denyOthers();

        Decision decision =
                policy.decide(call("files/read", Map.of("path", temp + "/docs%2dold/%2e%2e/docs-old/b.md"), root));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo("ILR-POLICY-102"));
    }

    @Test
    void denyRuleHoldsIfOneOfSeveralPathsIsInItsScope() {
        RulesPolicy policy = Policies.rules()
                .deny("files/*", where("paths").inside(outside))
                .allow("files/*")
                .denyOthers();

        assertThat(policy.decide(call("files/read", Map.of("paths", List.of(root + "/a.md", outside + "/b.md")), root)))
                .isInstanceOf(Decision.Deny.class);
    }

    @Test
    void askRuleThatCoversAPartOfACallIsNotPassedByALaterAllow() {
        RulesPolicy policy = Policies.rules()
                .ask(RiskLane.HIGH, "files/*", where("paths").inside(outside))
                .allow("files/*")
                .denyOthers();

        assertThat(policy.decide(call("files/read", Map.of("paths", List.of(root + "/a.md", outside + "/b.md")), root)))
                .isInstanceOfSatisfying(
                        Decision.Ask.class, ask -> assertThat(ask.lane()).isEqualTo(RiskLane.HIGH));
    }

    @Test
    void guardMakesAnAnswerStricterButNeverMilder() {
        RulesPolicy policy = Policies.rules()
                .guard(RiskLane.MEDIUM, "*/delete_*")
                .guardDeny("*/drop_*")
                .ask(RiskLane.CRITICAL, "db/delete_all")
                .allow("db/*")
                .denyOthers();

        assertThat(policy.decide(call("db/delete_row", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Ask.class, ask -> assertThat(ask.lane()).isEqualTo(RiskLane.MEDIUM));
        assertThat(policy.decide(call("db/delete_all", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Ask.class, ask -> assertThat(ask.lane()).isEqualTo(RiskLane.CRITICAL));
        assertThat(policy.decide(call("db/drop_table", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Deny.class, deny -> assertThat(deny.code()).isEqualTo("ILR-POLICY-003"));
        assertThat(policy.decide(call("db/select", Map.of()))).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void toolThatNoRuleCanPermitIsNotListed() {
        RulesPolicy policy = Policies.rules()
                .guardDeny("*/drop_*")
                .allow("db/*", where("table").insideRoots())
                .denyOthers();

        assertThat(policy.mayCall("db", tool("select"))).isTrue();
        assertThat(policy.mayCall("db", tool("drop_table"))).isFalse();
        assertThat(policy.mayCall("mail", tool("send"))).isFalse();
    }

    @Test
    void marksBelongToTheRuleBefore() {
        RulesPolicy policy = Policies.rules()
                .allow("files/list_*")
                .readOnly()
                .idempotent()
                .named("listing")
                .because("listings are harmless")
                .allow("files/*")
                .denyOthers();

        assertThat(policy.decide(call("files/list_roots", Map.of())))
                .isInstanceOfSatisfying(Decision.Allow.class, allow -> {
                    assertThat(allow.terms().readOnly()).isTrue();
                    assertThat(allow.terms().idempotent()).isTrue();
                    assertThat(allow.rule().id()).isEqualTo("listing");
                });
        assertThat(policy.decide(call("files/read", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Allow.class,
                        allow -> assertThat(allow.terms().readOnly()).isFalse());
    }

    @Test
    void versionChangesWithMeaningOnly() {
        String version = readmePolicy().version();

        assertThat(readmePolicy().version()).isEqualTo(version).hasSize(64);
        assertThat(Policies.rules()
                        .allow("files/read_*", where("path").insideRoots())
                        .ask(RiskLane.CRITICAL, "files/write_file")
                        .denyOthers()
                        .version())
                .isNotEqualTo(version);
        assertThat(Policies.rules()
                        .allow("files/read_*", where("path").inside(Path.of("/srv")))
                        .ask(RiskLane.HIGH, "files/write_file")
                        .denyOthers()
                        .version())
                .isNotEqualTo(version);
    }

    @Test
    void whatTookInPrivateDataAndUntrustedContentDoesNotSend() {
        RulesPolicy policy = Policies.rules()
                .allow("github/list_issues")
                .taints(Taint.UNTRUSTED)
                .allow("github/get_file")
                .taints(Taint.PRIVATE)
                .allow("github/create_pull_request")
                .whenTainted(Verdict.deny())
                .allow("mail/send")
                .whenTainted(Verdict.ask(RiskLane.CRITICAL))
                .denyOthers();
        assertThat(policy.decide(call("github/list_issues", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("github/create_pull_request", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("github/get_file", Map.of()))).isInstanceOf(Decision.Allow.class);

        assertThat(policy.decide(call("github/create_pull_request", Map.of())))
                .isInstanceOfSatisfying(Decision.Deny.class, deny -> {
                    assertThat(deny.code()).isEqualTo("ILR-POLICY-007");
                    assertThat(deny.reason())
                            .isEqualTo("this session took in untrusted content by github/list_issues (call call) and "
                                    + "private data by github/get_file (call call); what leaves by "
                                    + "github/create_pull_request now may carry the one on the order of the other, "
                                    + "rule rules[2] (code)");
                });
        assertThat(policy.decide(call("mail/send", Map.of())))
                .isInstanceOfSatisfying(
                        Decision.Ask.class, ask -> assertThat(ask.lane()).isEqualTo(RiskLane.CRITICAL));
    }

    /** The attack on a user: one who only asks what would be decided is refused afterwards. */
    @Test
    void whatIsOnlyAskedAboutTaintsNothing() {
        RulesPolicy policy = Policies.rules()
                .allow("a/read")
                .taints(Taint.UNTRUSTED)
                .taints(Taint.PRIVATE)
                .allow("a/send")
                .whenTainted(Verdict.deny())
                .denyOthers();

        assertThat(policy.preview(call("a/read", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("a/send", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("a/read", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.preview(call("a/send", Map.of())))
                .as("what is asked about is told of what the session took in")
                .isInstanceOf(Decision.Deny.class);
    }

    @Test
    void anotherSessionIsNotTainted() {
        RulesPolicy policy = Policies.rules()
                .allow("a/read")
                .taints(Taint.UNTRUSTED)
                .taints(Taint.PRIVATE)
                .allow("a/send")
                .whenTainted(Verdict.deny())
                .denyOthers();

        assertThat(policy.decide(call("a/read", Map.of()))).isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(ToolCall.to("a", tool("send")).session("other").build()))
                .isInstanceOf(Decision.Allow.class);
        assertThat(policy.decide(call("a/send", Map.of()))).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void malformedRulesAreRefusedWhereTheyAreWritten() {
        Rules rules = Policies.rules();

        assertThatIllegalArgumentException().isThrownBy(() -> rules.allow("read_file"));
        assertThatIllegalArgumentException().isThrownBy(() -> rules.allow("files/[ab]"));
        assertThatIllegalArgumentException().isThrownBy(() -> rules.ask(RiskLane.LOW, "files/x"));
        assertThatIllegalArgumentException().isThrownBy(() -> where("path").inside(Path.of("relative")));
        assertThatIllegalStateException().isThrownBy(rules::readOnly);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        rules.allow("a/b").named("x").allow("a/c").named("x").denyOthers());
    }
}
