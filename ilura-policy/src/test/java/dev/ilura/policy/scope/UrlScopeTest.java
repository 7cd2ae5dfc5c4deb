package dev.ilura.policy.scope;

import static dev.ilura.policy.scope.Judging.judge;
import static dev.ilura.policy.scope.Judging.standing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ilura.policy.scope.Finding.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlScopeTest {
    private static final UrlScope PUBLIC =
            UrlScope.publicHosts().schemes(List.of("http", "https")).knowing(new Names());
    private static final UrlScope LISTED = UrlScope.publicHosts()
            .hosts(List.of("api.example.com", "*.docs.example.org"))
            .ports(List.of(443));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "HTTPS://EXAMPLE.COM/",
                "https://example.com:443/",
                "https://example.com./",
                "https://b\u00FCcher.example/",
                "https://8.8.8.8/",
                "https://11.0.0.1/",
                "https://172.32.0.1/",
                "https://[2606:4700::1111]/",
                "https://example.com/?next=http://127.0.0.1/",
                "https://example.com/@user",
                "https://example.com/#@x"
            })
    void publicHostIsInside(String url) {
        assertThat(standing(PUBLIC, url)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f.1/",
                "http://017700000001/",
                "http://127.0.0.1./",
                "http://425.510.425.510/",
                "http://169.254.169.254/latest/meta-data/",
                "http://168.63.129.16/",
                "http://100.100.100.200/",
                "http://0.0.0.0/",
                "http://[::1]/",
                "http://[::]/",
                "http://[::ffff:169.254.169.254]/",
                "http://[::ffff:7f00:1]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[2002:7f00:1::]/",
                "http://[2001:db8::1]/",
                "http://[fe80::1%25eth0]/",
                "http://[2606:4700::5efe:10.0.0.1]/",
                "http://localhost/",
                "http://foo.localhost/",
                "http://router/",
                "http://printer.local/",
                "http://metadata.google.internal/",
                "http://127.0.0.1.nip.io/",
                "http://rebind.example/",
                "http://unknown.example/",
                "http://redirects.example/",
                "http://127\u30020\u30020\u30021/",
                "http://\u2460\u2461\u2466.0.0.1/",
                "http://example.com\t.evil/",
                "http://example.com\\@evil.example/",
                "http://user@example.com/",
                "http://example.com%2eevil.example/",
                "http://example.com:22/",
                "http://example.com:99999/",
                "http://example.com#@evil.example/",
                "http:///example.com",
                "http:example.com",
                "//example.com/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                ""
            })
    void everyWayToAPlaceNearbyIsNotInside(String url) {
        assertThat(standing(PUBLIC, url)).isNotEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://api.example.com/v1", "https://API.example.com:443/", "https://a.docs.example.org/"})
    void listedHostIsInside(String url) {
        assertThat(standing(LISTED, url)).isEqualTo(Standing.INSIDE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://api.example.com/",
                "https://api.example.com:8443/",
                "https://evil-api.example.com/",
                "https://api.example.com.evil.example/",
                "https://docs.example.org/",
                "https://api.example.com@evil.example/",
                "https://evil.example#api.example.com",
                "https://api\u3002example\u3002com/",
                "https://93.184.216.34/"
            })
    void hostThatOnlyLooksListedIsNotInside(String url) {
        assertThat(standing(LISTED, url)).isNotEqualTo(Standing.INSIDE);
    }

    @Test
    void whatIsSentIsTheNormalForm() {
        assertThat(judge(PUBLIC, "HTTPS://B\u00DCCHER.example/A").canonical())
                .contains("https://xn--bcher-kva.example/A");
        assertThat(judge(PUBLIC, "https://example.com/A").canonical()).isEmpty();
    }

    @Test
    void malformedHostOfARuleIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UrlScope.publicHosts().hosts(List.of("https://example.com")));
    }

    /** Names with addresses; one has a second, private one. */
    private static final class Names implements HostFacts {
        private static final Map<String, List<String>> ADDRESSES = Map.of(
                "example.com", List.of("93.184.216.34"),
                "xn--bcher-kva.example", List.of("93.184.216.41"),
                "rebind.example", List.of("93.184.216.34", "127.0.0.1"),
                "redirects.example", List.of("93.184.216.40"));

        @Override
        public Optional<List<String>> addresses(String host) {
            return Optional.of(ADDRESSES.getOrDefault(host, List.of()));
        }

        @Override
        public Optional<String> redirect(String url) {
            return url.startsWith("http://redirects.example")
                    ? Optional.of("http://169.254.169.254/")
                    : Optional.empty();
        }
    }
}
