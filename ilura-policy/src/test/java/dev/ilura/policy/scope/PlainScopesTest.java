package dev.ilura.policy.scope;

import static dev.ilura.policy.scope.Judging.standing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.policy.scope.Finding.Standing;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainScopesTest {
    /** Put together here, so that no scanner of sources takes it for a real one. */
    private static final String TOKEN = "gh" + "p_" + "aB3dE5gH".repeat(5).substring(0, 36);

    @ParameterizedTest
    @ValueSource(strings = {"HEAD~3", "refs/heads/fix-$5-bug", "stash@{0}", "HEAD; id", "a b", ""})
    void argumentOfAProgramMayHoldWhatOnlyShellsRead(String value) {
        assertThat(standing(ProgramArgument.argv(), value)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O/tmp/x",
                "--upload-pack=id",
                "--",
                "-",
                " -x",
                "\u2014x",
                "\uFF0Dx",
                "a\nb",
                "a\u0000b",
                "a\u200Bb"
            })
    void argumentOfAProgramIsNeverAnOption(String value) {
        assertThat(standing(ProgramArgument.argv(), value)).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD; id",
                "HEAD&",
                "`id`",
                "$(id)",
                "a||b",
                "a > b",
                "x' ; id ; '",
                "a b",
                "{a,b}",
                "~root",
                "a\\b",
                "HEAD\uFF1Bid",
                "!x"
            })
    void wordOfAShellIsOnePlainWord(String value) {
        assertThat(standing(ProgramArgument.shellWord(), value)).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.2.3", "feature/x_y", "HEAD^", "HEAD~3", "stash@{0}", "%0aid", "a=b", "user@host"})
    void plainWordOfAShellIsInside(String value) {
        assertThat(standing(ProgramArgument.shellWord(), value)).isEqualTo(Standing.INSIDE);
    }

    @Test
    void revisionIsNoTransport() {
        assertThat(standing(ProgramArgument.revision(), "main..feature/x")).isEqualTo(Standing.INSIDE);
        assertThat(standing(ProgramArgument.revision(), "ext::sh -c id")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(ProgramArgument.revision(), "ext::id")).isEqualTo(Standing.OUTSIDE);
    }

    @Test
    void commandIsOneOfTheBeginningsInPlainWords() {
        CommandScope scope = CommandScope.startingWith(List.of("git status", "ls"));

        assertThat(standing(scope, "git status --short")).isEqualTo(Standing.INSIDE);
        assertThat(standing(scope, "ls")).isEqualTo(Standing.INSIDE);
        assertThat(standing(scope, "git push")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, "lsof")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, "git status; id")).isEqualTo(Standing.UNCLEAR);
        assertThat(standing(scope, "git status\nid")).isEqualTo(Standing.UNCLEAR);
        assertThat(standing(scope, "git status $(id)")).isEqualTo(Standing.UNCLEAR);
        assertThatIllegalArgumentException().isThrownBy(() -> CommandScope.startingWith(List.of("a; b")));
    }

    @Test
    void numberIsComparedExactlyAndNeverCoerced() {
        NumberScope scope = NumberScope.between(BigDecimal.ONE, BigDecimal.valueOf(500));

        assertThat(standing(scope, 500)).isEqualTo(Standing.INSIDE);
        assertThat(standing(scope, new BigDecimal("500.000000000000000000001"))).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, 0)).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, "5")).isEqualTo(Standing.UNCLEAR);
        assertThat(standing(scope, true)).isEqualTo(Standing.UNCLEAR);
    }

    @Test
    void textIsOfAListAPatternOrALength() {
        assertThat(standing(TextScope.oneOf(List.of("EUR")), "EUR")).isEqualTo(Standing.INSIDE);
        assertThat(standing(TextScope.oneOf(List.of("EUR")), "eur")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(TextScope.matching("[a-z]+"), "abc")).isEqualTo(Standing.INSIDE);
        assertThat(standing(TextScope.matching("[a-z]+"), "abc\n")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(TextScope.matching("(a|aa)+\\1b"), "a".repeat(80))).isEqualTo(Standing.UNCLEAR);
        assertThat(standing(TextScope.atMost(2), "\uD83D\uDE00\uD83D\uDE00")).isEqualTo(Standing.INSIDE);
        assertThat(standing(TextScope.atMost(2), "abc")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(TextScope.atMost(9), "a\u001B[0m")).isEqualTo(Standing.UNCLEAR);
    }

    @Test
    void credentialIsFoundPlainNestedAndSplit() {
        SecretScope scope = SecretScope.noCredential();

        assertThat(standing(scope, "see " + TOKEN)).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, Map.of("a", List.of(Map.of("b", TOKEN))))).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, Map.of("password", "x9-Tq4_bLw"))).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, "DB_PASSWORD=NnJgQyVrdKKhVzPq")).isEqualTo(Standing.OUTSIDE);
        assertThat(standing(scope, "PASSWORD=passwordResetTokenName")).isEqualTo(Standing.INSIDE);
        assertThat(standing(scope, new TreeMap<>(Map.of("a", TOKEN.substring(0, 20), "b", TOKEN.substring(20)))))
                .isEqualTo(Standing.OUTSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin:$apr1$bO5FeYx9$pM5gNfdKwkEJ3PEVVIPcP4",
                "u:$y$j9T$UGeKFAM4eVvmMBE25Uheei$LGsZqGuzN8XTyXZjdURlSDWqbqt0hdhzwP3M79abcde",
                "$argon2id$v=19$m=65536,t=3,p=4$guwC+pjR9PtoejZHnfaZ5G$rHuTE0jd0j8My4oyQ2wK",
                "joe:{SHA}uVwO1CH50wrTPo7dEYHtsYq9YWg=",
                "carol:1HmU9IeCDth63:1001:1001::/home/carol:/bin/sh",
                "IDENTIFIED BY PASSWORD '*267EF3823247BB8338A3DF40853AE7AB39C4B01F'",
                "https://a4f91c37bdcc52241ca5a3f456000ba099fc3432@git.example/x.git",
                "jdbc:oracle:thin:scott/cdraWwz9g@//db.example:1521/x",
                "mysql -u root -picz463g7xK7 app",
                "define('DB_PASSWORD', 'EV7WF9qbwMkVEm');",
                "RAILS_MASTER_KEY=8e13d3e0e32e9a4388105127b4616d01"
            })
    void credentialOfACommonFormatIsFound(String text) {
        assertThat(standing(SecretScope.noCredential(), text)).isEqualTo(Standing.OUTSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo $apr1 $argon2id",
                "mkdir -p/home/user/projects1",
                "https://documentation-for-developers@git.example/x.git",
                "define('DB_HOST', 'localhost')",
                "bob:x:1001:1001::/home/bob:/bin/sh",
                "jdbc:oracle:thin:@//db.example:1521/x"
            })
    void textOfTheShapeOfACommonFormatPasses(String text) {
        assertThat(standing(SecretScope.noCredential(), text)).isEqualTo(Standing.INSIDE);
    }

    @Test
    void credentialIsFoundInItsUsualDisguises() {
        byte[] bytes = TOKEN.getBytes(StandardCharsets.UTF_8);
        List<String> disguised = List.of(
                Base64.getEncoder().encodeToString(bytes),
                Base64.getUrlEncoder().encodeToString(Base64.getEncoder().encode(bytes)),
                HexFormat.of().formatHex(bytes),
                HexFormat.ofDelimiter("%").withPrefix("").formatHex(bytes).replaceFirst("^", "%"),
                new StringBuilder(TOKEN).reverse().toString(),
                String.join("\u200B", TOKEN.split("")),
                String.join(" ", TOKEN.split("")),
                TOKEN.substring(0, 9) + "\" + \"" + TOKEN.substring(9));

        for (String text : disguised) {
            assertThat(standing(SecretScope.noCredential(), "see " + text))
                    .as(text)
                    .isEqualTo(Standing.OUTSIDE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set GITHUB_TOKEN=<your token>",
                "use ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx as placeholder",
                "The key AKIAIOSFODNN7EXAMPLE is the documented example",
                "The bearer of this letter",
                "function passwordStrength(password){return password.length}",
                "order 4111 1111 1111 1112",
                "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                "postgres://user:password@localhost:5432/db",
                "token: process.env.TOKEN",
                "-----BEGIN PUBLIC KEY----- MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
            })
    void whatOnlyLooksLikeACredentialPasses(String text) {
        assertThat(standing(SecretScope.noCredential(), text)).isEqualTo(Standing.INSIDE);
    }
}
