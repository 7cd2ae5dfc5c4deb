package dev.ilura.transport.sse.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.Secret;
import dev.ilura.testkit.FakeTime;
import dev.ilura.transport.sse.FrontLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatekeeperTest {
    private static final Set<String> OWN = Set.of("localhost:7440", "127.0.0.1:7440", "[::1]:7440");

    private final FakeTime time = new FakeTime();
    private final FrontLimits limits = FrontLimits.DEFAULTS.rates(5, 3);

    private final Gatekeeper open = new Gatekeeper(OWN, false, Map.of(), limits, time);
    private final Gatekeeper guarded = new Gatekeeper(
            OWN,
            true,
            Map.of("laptop", Secret.of("a-token-of-the-laptop"), "ci", Secret.of("a-token-of-the-ci-job")),
            limits,
            time);

    @ParameterizedTest
    @ValueSource(strings = {"localhost:7440", "127.0.0.1:7440", "[::1]:7440", "LOCALHOST:7440"})
    void itsOwnNamesAreLetIn(String host) {
        assertThat(open.judge(fields("Host", host), "127.0.0.1").principal()).contains("http:local");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example.com:7440",
                "localhost",
                "localhost:7441",
                "localhost.evil.example.com:7440",
                "127.0.0.1.nip.io:7440",
                "localhost:7440@evil.example.com",
                "localhost:7440 ",
                ""
            })
    void otherNamesAreMisdirected(String host) {
        assertRefused(open.judge(fields("Host", host), "127.0.0.1"), 421);
    }

    @Test
    void noHostOrTwoAreMisdirected() {
        assertRefused(open.judge(HttpFields.EMPTY, "127.0.0.1"), 421);
        HttpFields two = HttpFields.build().add("Host", "localhost:7440").add("Host", "evil.example.com");
        assertRefused(open.judge(two, "127.0.0.1"), 421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example.com",
                "https://localhost:7440",
                "http://localhost:7441",
                "http://localhost",
                "null",
                "http://localhost:7440.evil.example.com",
                "http://localhost:7440/"
            })
    void otherOriginsAreForbidden(String origin) {
        assertRefused(open.judge(fields("Host", "localhost:7440", "Origin", origin), "127.0.0.1"), 403);
    }

    @Test
    void itsOwnOriginIsLetIn() {
        HttpFields own = fields("Host", "localhost:7440", "Origin", "http://localhost:7440");
        assertThat(open.judge(own, "127.0.0.1").principal()).isPresent();
    }

    @Test
    void aTokenSaysWhoItIs() {
        assertThat(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.1")
                        .principal())
                .contains("http:ci");
        assertThat(guarded.judge(bearing("bearer  a-token-of-the-laptop"), "10.0.0.1")
                        .principal())
                .contains("http:laptop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer a-token-of-the-ci-jo",
                "Bearer a-token-of-the-ci-job-",
                "Bearer ",
                "Basic a-token-of-the-ci-job",
                "a-token-of-the-ci-job"
            })
    void anythingElseIsNobody(String authorization) {
        assertRefused(guarded.judge(bearing(authorization), "10.0.0.1"), 401);
    }

    @Test
    void noTokenOrTwoAreNobody() {
        assertRefused(guarded.judge(fields("Host", "localhost:7440"), "10.0.0.1"), 401);
        HttpFields two = HttpFields.build(bearing("Bearer a-token-of-the-ci-job"))
                .add("Authorization", "Bearer a-token-of-the-laptop");
        assertRefused(guarded.judge(two, "10.0.0.1"), 401);
    }

    @Test
    void whoGuessesHasToWaitAndOthersDoNot() {
        for (int guess = 0; guess < 3; guess++) {
            assertRefused(guarded.judge(bearing("Bearer guess-" + guess), "10.0.0.1"), 401);
        }
        assertRefused(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.1"), 429);
        assertThat(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.2")
                        .principal())
                .isPresent();
        time.advance(Duration.ofSeconds(21));
        assertThat(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.1")
                        .principal())
                .isPresent();
    }

    @Test
    void aFloodIsSlowedDownPerPrincipal() {
        for (int request = 0; request < 10; request++) {
            assertThat(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.1")
                            .principal())
                    .isPresent();
        }
        assertRefused(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.1"), 429);
        assertThat(guarded.judge(bearing("Bearer a-token-of-the-laptop"), "10.0.0.1")
                        .principal())
                .isPresent();
        time.advance(Duration.ofSeconds(1));
        assertThat(guarded.judge(bearing("Bearer a-token-of-the-ci-job"), "10.0.0.1")
                        .principal())
                .isPresent();
    }

    private static HttpFields bearing(String authorization) {
        return fields("Host", "localhost:7440", "Authorization", authorization);
    }

    private static HttpFields fields(String... namesAndValues) {
        HttpFields.Mutable fields = HttpFields.build();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields.asImmutable();
    }

    private static void assertRefused(Gatekeeper.Verdict verdict, int status) {
        assertThat(verdict.principal()).isEmpty();
        assertThat(verdict.refusal().orElseThrow().status()).isEqualTo(status);
    }
}
