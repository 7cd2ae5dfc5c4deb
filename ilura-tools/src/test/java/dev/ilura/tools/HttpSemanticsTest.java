package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.ilura.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges (RFC 9110), what may be kept and for whom (RFC 9111), and robots.txt (RFC 9309) as sites see them. */
class HttpSemanticsTest {
    private DnsFixture dns;
    private HttpFixture site;
    private OpenGate gate;

    @BeforeEach
    void aSiteOfTwoNames() throws IOException {
        dns = new DnsFixture()
                .name("good.test", "127.0.0.1")
                .name("twin.test", "127.0.0.1")
                .name("bad.test", "127.0.0.2");
        site = new HttpFixture();
        gate = open(Network.guarded());
    }

    private OpenGate open(Network network) {
        return new OpenGate(network.resolving(dns).reaching("127.0.0.1/32"));
    }

    private void reopen(Network network) {
        gate.close();
        gate = open(network);
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
        site.close();
        dns.close();
    }

    private JsonValue fetch(String path, Object... more) {
        return fetchFrom("good.test", path, more);
    }

    private JsonValue fetchFrom(String host, String path, Object... more) {
        Map<String, Object> arguments = new HashMap<>(Map.of("url", site.url(host, path)));
        for (int i = 0; i < more.length; i += 2) {
            arguments.put((String) more[i], more[i + 1]);
        }
        return gate.call("network", "fetch", arguments)
                .member("structuredContent")
                .orElseThrow();
    }

    private String refused(String path) {
        return gate.error("network", "fetch", Map.of("url", site.url("good.test", path)));
    }

    private static String text(JsonValue fetched, String name) {
        return fetched.member(name).orElseThrow().text();
    }

    private long asked(String line) {
        return site.seen.stream().filter(line::equals).count();
    }

    private static String now() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }

    private static void send(HttpExchange exchange, int status, String body, String... headers) throws IOException {
        exchange.getResponseHeaders().set("Date", now());
        HttpFixture.respond(exchange, status, "text/plain", body.getBytes(StandardCharsets.UTF_8), headers);
    }

    @Test
    void aPartIsAskedForAndSaidToBeOne() {
        site.at("/digits", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            if ("bytes=2-4".equals(range)) {
                send(exchange, 206, "234", "Content-Range", "bytes 2-4/10");
            } else {
                send(exchange, 200, "0123456789");
            }
        });

        JsonValue part = fetch("/digits", "range", "bytes=2-4");

        assertThat(text(part, "content")).isEqualTo("234");
        assertThat(part.member("status").flatMap(JsonValue::integer)).contains(206L);
        assertThat(part.at("/headers/Content-Range").orElseThrow().text()).isEqualTo("bytes 2-4/10");
        assertThat(text(fetch("/digits"), "content")).isEqualTo("0123456789");
    }

    @Test
    void aSiteThatKnowsNoRangesOrHasNoneIsSaid() {
        site.page("/whole", "text/plain", "0123456789").at("/short", exchange -> send(exchange, 416, ""));

        assertThat(fetch("/whole", "range", "bytes=2-4").member("status").flatMap(JsonValue::integer))
                .contains(200L);
        assertThat(gate.error("network", "fetch", Map.of("url", site.url("good.test", "/short"), "range", "bytes=99-")))
                .contains("ILR-TOOLS-080", "416");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2-4", "bytes=2-4,6-7", "bytes=2-4\r\nX: y", "bytes=-", "lines=1-2", "bytes=a-b"})
    void aRangeThatIsNoneIsRefusedBeforeAnybodyIsAsked(String range) {
        assertThat(gate.error("network", "fetch", Map.of("url", site.url("good.test", "/"), "range", range)))
                .contains("ILR-TOOLS-005");
        assertThat(site.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "private, max-age=600", "no-cache", "max-age=0"})
    void whatMustNotBeKeptIsAskedForAgain(String control) {
        site.page("/", "text/plain", "x", "Cache-Control", control, "Date", now());
        fetch("/");
        fetch("/");

        assertThat(asked("GET /")).isEqualTo(2);
    }

    @Test
    void whatIsStaleIsAskedAboutByItsTag() {
        site.at("/", exchange -> {
            exchange.getResponseHeaders().set("Age", "100");
            boolean same = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            send(exchange, same ? 304 : 200, same ? "" : "one", "ETag", "\"v1\"", "Cache-Control", "max-age=10");
        });
        fetch("/");
        JsonValue second = fetch("/");

        assertThat(text(second, "content")).isEqualTo("one");
        assertThat(text(second, "cache")).isEqualTo("VALIDATED");
        assertThat(asked("GET /")).isEqualTo(2);
    }

    @Test
    void whatVariesIsKeptForEachKind() {
        site.at("/", exchange -> {
            String language = exchange.getRequestHeaders().getFirst("Accept-Language");
            send(exchange, 200, "in " + language, "Vary", "Accept-Language", "Cache-Control", "max-age=600");
        });

        assertThat(text(fetch("/", "headers", Map.of("Accept-Language", "de")), "content"))
                .isEqualTo("in de");
        assertThat(text(fetch("/", "headers", Map.of("Accept-Language", "fr")), "content"))
                .isEqualTo("in fr");
        assertThat(text(fetch("/", "headers", Map.of("Accept-Language", "de")), "content"))
                .isEqualTo("in de");
        assertThat(asked("GET /")).isEqualTo(2);
    }

    /** The attack: one session reads from the cache what another was shown for its password. */
    @Test
    void whatWasShownForAPasswordIsNotShownWithoutIt() {
        site.at("/", exchange -> {
            boolean known = exchange.getRequestHeaders().containsKey("Authorization");
            send(exchange, 200, known ? "secret" : "nothing", "Cache-Control", "max-age=600");
        });

        assertThat(text(fetch("/", "headers", Map.of("Authorization", "Bearer t")), "content"))
                .isEqualTo("secret");
        assertThat(text(fetch("/"), "content")).isEqualTo("nothing");
    }

    /** The attack: the same with a cookie or a key in a header of the site's own, which no cache knows to be one. */
    @ParameterizedTest
    @ValueSource(strings = {"Cookie", "X-Api-Key", "authorization"})
    void whatWasShownForAKeyIsNotShownWithoutIt(String header) {
        site.at("/", exchange -> {
            boolean known = exchange.getRequestHeaders().containsKey(header);
            send(exchange, 200, known ? "secret" : "nothing", "Cache-Control", "max-age=600");
        });

        assertThat(text(fetch("/", "headers", Map.of(header, "t")), "content")).isEqualTo("secret");
        assertThat(text(fetch("/"), "content")).isEqualTo("nothing");
    }

    @Test
    void whatIsSentChangesWhatIsKept() {
        site.page("/", "text/plain", "x", "Cache-Control", "max-age=600", "Date", now());
        fetch("/");
        gate.text("network", "send", Map.of("url", site.url("good.test", "/"), "method", "POST", "body", "{}"));
        fetch("/");

        assertThat(asked("GET /")).isEqualTo(2);
        assertThat(asked("POST /")).isEqualTo(1);
    }

    @Test
    void oneHostThatIsAskedTooOftenDoesNotStandForAnother() {
        site.page("/", "text/plain", "x", "Cache-Control", "no-store");
        reopen(Network.guarded().limits(1000, Duration.ofSeconds(20), 6).ignoringRobots());
        fetch("/");

        assertThat(refused("/")).contains("ILR-TOOLS-075", "seconds");
        assertThat(text(fetchFrom("twin.test", "/"), "content")).isEqualTo("x");
        assertThat(asked("GET /")).isEqualTo(2);
    }

    @Test
    void robotsAreAskedOnceASite() {
        site.page("/robots.txt", "text/plain", "User-agent: *\nDisallow: /private", "Cache-Control", "no-store")
                .page("/a", "text/plain", "a");
        fetch("/a");
        assertThat(refused("/private")).contains("ILR-TOOLS-077");
        fetchFrom("twin.test", "/a");

        assertThat(asked("GET /robots.txt")).isEqualTo(2);
        assertThat(asked("GET /private")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void aSiteThatCannotSayWhatItWantsIsLeftAlone(int status) {
        site.at("/robots.txt", exchange -> send(exchange, status, "")).page("/a", "text/plain", "a");

        assertThat(refused("/a")).contains("ILR-TOOLS-077");
        assertThat(asked("GET /a")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 410})
    void aSiteWithoutRulesHasNone(int status) {
        site.at("/robots.txt", exchange -> send(exchange, status, "")).page("/a", "text/plain", "a");

        assertThat(text(fetch("/a"), "content")).isEqualTo("a");
    }

    @Test
    void robotsLeadNowhereThatAPageCouldNot() {
        site.redirect("/robots.txt", site.url("bad.test", "/robots.txt")).page("/a", "text/plain", "a");

        assertThat(refused("/a")).contains("ILR-TOOLS-071");
        assertThat(site.trapped).hasValue(0);
    }
}
