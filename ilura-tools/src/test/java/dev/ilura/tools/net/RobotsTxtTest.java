package dev.ilura.tools.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9309, with its own examples among the cases. */
class RobotsTxtTest {
    private static RobotsTxt of(String... lines) {
        return RobotsTxt.of(String.join("\n", lines), "ilura");
    }

    @ParameterizedTest
    @CsvSource({
        "/example/page/disallowed.gif, false",
        "/example/page/other.gif, true",
        "/example/page/, true",
        "/example/, true",
        "/publications/x, false",
        "/x.gif, true",
        "/x.GIF, true",
        "/deep/y.php?z=1, false",
        "/only.html, false",
        "/only.html2, true",
    })
    void theLongestPatternDecides(String path, boolean allowed) {
        RobotsTxt robots = of(
                "User-Agent: ilura",
                "Allow: /example/page/",
                "Disallow: /example/page/disallowed.gif",
                "Disallow: /publications/ # a comment",
                "Disallow: /deep/*.php",
                "Disallow: /only.html$",
                "Disallow:");

        assertThat(robots.allows(path)).isEqualTo(allowed);
    }

    @Test
    void aTieAllows() {
        assertThat(of("User-agent: *", "Disallow: /page", "Allow: /page").allows("/page"))
                .isTrue();
    }

    @Test
    void theGroupThatNamesUsReplacesThatOfEverybody() {
        RobotsTxt robots =
                of("user-agent: *", "disallow: /", "", "User-agent: other", "User-agent: ILURA", "Disallow: /private");

        assertThat(robots.allows("/public")).isTrue();
        assertThat(robots.allows("/private/x")).isFalse();
    }

    @Test
    void groupsOfOneNameAreOneGroup() {
        RobotsTxt robots = of(
                "User-agent: ilura",
                "Disallow: /a",
                "User-agent: other",
                "Disallow: /b",
                "User-agent: ilura",
                "Disallow: /c");

        assertThat(robots.allows("/a")).isFalse();
        assertThat(robots.allows("/b")).isTrue();
        assertThat(robots.allows("/c")).isFalse();
    }

    @Test
    void whoIsNamedWithoutRulesMayDoAll() {
        assertThat(of("User-agent: *", "Disallow: /", "User-agent: ilura", "Disallow:")
                        .allows("/x"))
                .isTrue();
    }

    @Test
    void otherLineEndsAndOtherLinesAreRead() {
        RobotsTxt robots = RobotsTxt.of(
                "Sitemap: https://a.example/s\r\rUser-agent: *\r\nCrawl-delay: 3\r\nDisallow: /x", "ilura");

        assertThat(robots.allows("/x")).isFalse();
        assertThat(robots.allows("/y")).isTrue();
    }
}
