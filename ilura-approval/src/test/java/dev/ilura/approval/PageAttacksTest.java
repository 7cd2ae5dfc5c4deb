package dev.ilura.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ilura.ApprovalAnswer;
import dev.ilura.RiskLane;
import dev.ilura.approval.passkey.SoftAuthenticator;
import dev.ilura.json.JsonValue;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that the page itself would not make. Each is the good click with one thing wrong, and approves nothing. */
class PageAttacksTest {
    @TempDir
    private Path state;

    private PageFixture page;
    private FutureTask<ApprovalAnswer> asking;
    private JsonValue card;

    @BeforeEach
    void aQuestionIsOpen() throws Exception {
        page = new PageFixture(state).paired();
        asking = page.ask(Tickets.of(RiskLane.MEDIUM));
        card = page.card(0);
        page.time.pass(Duration.ofSeconds(2));
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void theGoodClickApproves() throws Exception {
        refusedWith(200, click());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1:%d",
                "localhost",
                "localhost:1",
                "LOCALHOST:%d",
                "[::1]:%d",
                "localhost:%d."
            })
    void anotherNameForThisMachineIsRefused(String host) throws Exception {
        stillOpenAfter(421, click().with("Host", host.replace("%d", "" + port())));
        stillOpenAfter(421, RawHttp.get(address(), "/").with("Host", host.replace("%d", "" + port())));
    }

    @Test
    void noHostAndTwoHostsAreRefused() throws Exception {
        stillOpenAfter(421, click().without("Host"));
        stillOpenAfter(421, click().header("Host", "evil.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://localhost:1",
                "http://127.0.0.1:%d",
                "https://localhost:%d",
                "null",
                "http://localhost:%d.evil.example"
            })
    void anotherOriginIsRefused(String origin) throws Exception {
        stillOpenAfter(403, click().with("Origin", origin.replace("%d", "" + port())));
    }

    @Test
    void aPostWithoutOriginIsRefused() throws Exception {
        stillOpenAfter(403, click().without("Origin"));
    }

    @Test
    void twoOriginsAreRefused() throws Exception {
        stillOpenAfter(403, click().header("Origin", "http://evil.example"));
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site,cross-site", "Sec-Fetch-Site,same-site", "Sec-Fetch-Site,none", "Sec-Fetch-Dest,iframe"
    })
    void whatTheBrowserCallsForeignIsRefused(String header, String value) throws Exception {
        stillOpenAfter(403, click().with(header, value));
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site,cross-site",
        "Sec-Fetch-Site,same-site",
        "Sec-Fetch-Dest,iframe",
        "Sec-Fetch-Dest,script"
    })
    void thePageIsNotHandedIntoAnotherPage(String header, String value) throws Exception {
        stillOpenAfter(403, RawHttp.get(address(), "/").header(header, value));
    }

    @Test
    void aGetChangesNothing() throws Exception {
        String id = PageFixture.text(card, "id");
        String query = "?token=" + PageFixture.text(card, "token");

        stillOpenAfter(404, page.get("/api/cards/" + id + "/approve" + query));
        stillOpenAfter(404, page.get("/api/cards/" + id + "/approve"));
        stillOpenAfter(401, RawHttp.get(address(), "/api/pair"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void otherMethodsAreRefused(String method) throws Exception {
        stillOpenAfter(405, RawHttp.of(address(), method, "/api/desk").header("Host", "localhost:" + port()));
    }

    @Test
    void aClickWithoutCookieOrTokenIsRefused() throws Exception {
        stillOpenAfter(401, click().without("Cookie"));
        stillOpenAfter(401, click().without("X-Ilura-Token"));
        stillOpenAfter(401, click().with("X-Ilura-Token", "guess"));
        stillOpenAfter(401, click().with("Cookie", "ilura-" + port() + "=guess"));
    }

    @Test
    void theTokenOfAnotherCardIsRefused() throws Exception {
        page.lay(Tickets.ticket().id("other").reason("another question").make());
        Map<String, Object> token = Map.of("token", PageFixture.text(page.card(1), "token"));

        stillOpenAfter(403, page.clickAtOnce(card, "approve", token));
        stillOpenAfter(403, page.clickAtOnce(card, "approve", Map.of("token", "")));
    }

    @Test
    void theTokenOfAnotherBrowserIsRefused() throws Exception {
        String foreign = PageFixture.text(card, "token");
        page.paired();

        stillOpenAfter(403, page.clickAtOnce(card, "approve", Map.of("token", foreign)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/json; charset=utf-8"
            })
    void aBodyThatAFormCouldSendIsRefused(String type) throws Exception {
        stillOpenAfter(415, click().with("Content-Type", type));
    }

    @Test
    void aBodyWithTwoReadingsIsRefused() throws Exception {
        stillOpenAfter(400, click().body("{\"token\":\"a\",\"token\":\"b\"}"));
        stillOpenAfter(400, click().body("{"));
        stillOpenAfter(413, click().body("{\"token\":\"" + "a".repeat(70_000) + "\"}"));
    }

    @Test
    void aDigestThatIsNotOnTheCardApprovesNothing() throws Exception {
        stillOpenAfter(409, page.clickAtOnce(card, "approve", Map.of("digests", List.of("00".repeat(32)))));
        stillOpenAfter(409, page.clickAtOnce(card, "approve", Map.of("digests", List.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api",
                "/api/",
                "/api/cards",
                "/api/cards/",
                "/api/cards/x/values/99999",
                "/..",
                "/api/cards/%2e%2e",
                "/page.js"
            })
    void thereIsNothingElse(String path) throws Exception {
        assertThat(page.get(path).send().status()).isIn(404, 409);
    }

    @Test
    void theDocumentHoldsNothingAndRunsNothingForeign() throws Exception {
        RawHttp.Response document = RawHttp.get(address(), "/").send();

        assertThat(document.status()).isEqualTo(200);
        assertThat(document.body()).doesNotContain("write_file", "session-1");
        assertThat(document.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'sha256-")
                .contains("frame-ancestors 'none'")
                .contains("base-uri 'none'")
                .contains("form-action 'none'")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(document.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(document.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(document.header("Cache-Control")).isEqualTo("no-store");
        assertThat(document.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(document.header("Permissions-Policy")).contains("publickey-credentials-get=(self)");
        assertThat(document.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void theCookieIsForThisPageAlone() throws Exception {
        RawHttp.Response paired = RawHttp.post(
                        address(), "/api/pair", PageFixture.json(Map.of("code", page.code("pairing code"))))
                .send();

        assertThat(paired.header("Set-Cookie"))
                .startsWith("ilura-" + port() + "=")
                .contains("HttpOnly")
                .contains("SameSite=Strict");
        assertThat(paired.header("Set-Cookie"))
                .doesNotContain(PageFixture.text(JsonValue.parse(paired.body()), "token"));
    }

    @Test
    void aPairingCodeServesOnce() throws Exception {
        String code = page.code("pairing code");
        assertThat(pair(code).status()).isEqualTo(200);

        assertThat(pair(code).status()).isEqualTo(403);
    }

    @Test
    void aPairingCodeIsNotGuessed() throws Exception {
        String code = page.code("pairing code");
        for (int i = 0; i < 5; i++) {
            assertThat(pair("BBBB-BBB" + "BCDFG".charAt(i)).status()).isEqualTo(403);
        }

        assertThat(pair(code).status()).isEqualTo(403);
        assertThat(page.code("pairing code")).isNotEqualTo(code);
        assertThat(pair(page.code("pairing code")
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace("-", " "))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aSessionEndsAfterTwelveHours() throws Exception {
        page.time.pass(Duration.ofHours(13));

        assertThat(page.get("/api/desk").send().status()).isEqualTo(401);
    }

    @Test
    void aFloodIsCutOff() throws Exception {
        int status = 200;
        for (int i = 0; i < 200 && status == 200; i++) {
            status = RawHttp.get(address(), "/").send().status();
        }
        assertThat(status).isEqualTo(429);
        page.time.pass(Duration.ofSeconds(1));
        assertThat(RawHttp.get(address(), "/").send().status()).isEqualTo(200);
    }

    @Test
    void theFirstPasskeyTakesTheCodeFromTheTerminal() throws Exception {
        assertThat(page.post("/api/passkeys/begin", Map.of("person", "eve", "code", ""))
                        .send()
                        .status())
                .isEqualTo(422);
        page.write("/api/passkeys/code", Map.of());
        String code = page.code("enrol");
        for (int i = 0; i < 5; i++) {
            assertThat(page.post("/api/passkeys/begin", Map.of("person", "eve", "code", "BBBB-BBBB"))
                            .send()
                            .status())
                    .isEqualTo(422);
        }
        assertThat(page.post("/api/passkeys/begin", Map.of("person", "eve", "code", code))
                        .send()
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aFurtherPasskeyTakesOneThatIsThere() throws Exception {
        SoftAuthenticator alice = page.enrolFirst("alice");
        SoftAuthenticator eve = SoftAuthenticator.on(address().toString());
        JsonValue step = page.write("/api/passkeys/begin", Map.of("person", "eve"));
        assertThat(PageFixture.text(step, "step")).isEqualTo("authorise");

        assertThat(finish(step, eve).status()).isEqualTo(422);
        step = page.write("/api/passkeys/begin", Map.of("person", "eve"));
        assertThat(authorise(step, eve).status()).isEqualTo(422);
        step = page.write("/api/passkeys/begin", Map.of("person", "eve"));
        JsonValue forBob = page.write("/api/passkeys/begin", Map.of("person", "bob"));
        Map<String, Object> swapped = new LinkedHashMap<>();
        swapped.put("ceremony", PageFixture.text(step, "ceremony"));
        swapped.put(
                "assertion",
                alice.sign(PageFixture.text(forBob, "challenge")).done().toJava());
        assertThat(page.post("/api/passkeys/authorise", swapped).send().status())
                .isEqualTo(422);

        assertThat(page.read("/api/passkeys").elements()).hasSize(1);
    }

    @Test
    void aPasskeyIsRemovedOnlyByOneThatIsThere() throws Exception {
        SoftAuthenticator alice = page.enrolFirst("alice");
        JsonValue step = page.write("/api/passkeys/remove", Map.of("id", alice.id()));
        assertThat(authorise(step, SoftAuthenticator.on(address().toString())).status())
                .isEqualTo(422);
        assertThat(page.read("/api/passkeys").elements()).hasSize(1);

        assertThat(page.terminal).anyMatch(line -> line.equals("A passkey of alice was added to the approval page."));
        step = page.write("/api/passkeys/remove", Map.of("id", alice.id()));
        assertThat(authorise(step, alice).status()).isEqualTo(200);
        assertThat(page.terminal)
                .anyMatch(line -> line.equals("A passkey of alice was removed from the approval page."));
        assertThat(page.read("/api/passkeys").elements()).isEmpty();
    }

    @Test
    void anEnrolmentIsOverAfterFiveMinutes() throws Exception {
        page.write("/api/passkeys/code", Map.of());
        JsonValue step = page.write("/api/passkeys/begin", Map.of("person", "alice", "code", page.code("enrol")));

        page.time.pass(Duration.ofMinutes(6));

        assertThat(finish(step, SoftAuthenticator.on(address().toString())).status())
                .isEqualTo(422);
    }

    @Test
    void bothLoopbackAddressesAreServedAndNoOther() throws Exception {
        assertThat(RawHttp.get(address(), "/").send().status()).isEqualTo(200);
        if (hasIpv6Loopback()) {
            assertThat(RawHttp.get(address(), "/").overIpv6().send().status()).isEqualTo(200);
        }
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (!each.isLoopback()) {
                for (java.net.InetAddress other : Collections.list(each.getInetAddresses())) {
                    org.assertj.core.api.Assertions.assertThatIOException()
                            .isThrownBy(() -> new java.net.Socket(other, port()).close());
                }
            }
        }
    }

    private static boolean hasIpv6Loopback() throws Exception {
        byte[] one = new byte[16];
        one[15] = 1;
        return NetworkInterface.getByInetAddress(java.net.InetAddress.getByAddress(one)) != null;
    }

    private RawHttp click() {
        return page.clickAtOnce(card, "approve", Map.of());
    }

    private void refusedWith(int status, RawHttp request) throws Exception {
        RawHttp.Response response = request.send();
        assertThat(response.status()).as(response.body()).isEqualTo(status);
    }

    private void stillOpenAfter(int status, RawHttp request) throws Exception {
        refusedWith(status, request);
        assertThat(asking.isDone()).isFalse();
    }

    private RawHttp.Response pair(String code) throws Exception {
        return RawHttp.post(address(), "/api/pair", PageFixture.json(Map.of("code", code)))
                .send();
    }

    private RawHttp.Response authorise(JsonValue step, SoftAuthenticator by) throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("ceremony", PageFixture.text(step, "ceremony"));
        body.put(
                "assertion", by.sign(PageFixture.text(step, "challenge")).done().toJava());
        return page.post("/api/passkeys/authorise", body).send();
    }

    private RawHttp.Response finish(JsonValue step, SoftAuthenticator by) throws Exception {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("ceremony", PageFixture.text(step, "ceremony"));
        body.put("attestation", by.create(PageFixture.text(step, "challenge")).toJava());
        return page.post("/api/passkeys/finish", body).send();
    }

    private URI address() {
        return page.page.address();
    }

    private int port() {
        return address().getPort();
    }
}
