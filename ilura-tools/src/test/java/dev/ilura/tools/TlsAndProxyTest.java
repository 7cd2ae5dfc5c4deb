package dev.ilura.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the network tools believe, and what they ask a proxy for. */
class TlsAndProxyTest {
    private static WebFixture web;
    private static DnsFixture dns;

    @BeforeAll
    static void aSiteWhoseCertificateNamesOneHost(@TempDir Path dir)
            throws IOException, GeneralSecurityException, InterruptedException {
        web = new WebFixture(dir, "good.test");
        dns = new DnsFixture()
                .name("good.test", "127.0.0.1")
                .name("other.test", "127.0.0.1")
                .name("public.test", "93.184.216.34")
                .name("bad.test", "127.0.0.2")
                .name("rebind.test", "93.184.216.34", "127.0.0.2")
                .name("metadata.test", "169.254.169.254");
    }

    @AfterAll
    static void close() throws IOException {
        web.close();
        dns.close();
    }

    @BeforeEach
    void nothingWasAsked() {
        web.seen.clear();
        web.proxied.clear();
    }

    private static Network direct() {
        return Network.guarded().resolving(dns).reaching("127.0.0.1/32").ignoringRobots();
    }

    private static Network proxied() {
        return direct().through("127.0.0.1", web.proxyPort());
    }

    private static String url(String host) {
        return "https://" + host + ":" + web.port() + "/";
    }

    private static String fetched(Network network, String url) {
        try (OpenGate gate = new OpenGate(network)) {
            return gate.text("network", "fetch", Map.of("url", url));
        }
    }

    private static String refused(Network network, String url) {
        try (OpenGate gate = new OpenGate(network)) {
            return gate.error("network", "fetch", Map.of("url", url));
        }
    }

    @Test
    void aCertificateOfOneWeTrustForThisVeryNameIsGood() throws GeneralSecurityException, IOException {
        assertThat(fetched(direct().trusting(web.trust()), url("good.test"))).contains("over TLS");
    }

    @Test
    void aCertificateOfNobodyWeTrustIsNot() {
        assertThat(refused(direct(), url("good.test"))).contains("ILR-TOOLS-073");
        assertThat(web.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.test", "127.0.0.1"})
    void aCertificateForAnotherNameIsNot(String host) throws GeneralSecurityException, IOException {
        assertThat(refused(direct().trusting(web.trust()), url(host))).contains("ILR-TOOLS-073");
        assertThat(web.seen).isEmpty();
    }

    @Test
    void theProxyIsAskedForTheWholeUrl() {
        assertThat(fetched(proxied(), "http://public.test/x?y=1")).contains("by way of it");
        assertThat(web.proxied).containsExactly("GET http://public.test/x?y=1 HTTP/1.1");
    }

    @Test
    void throughATunnelTheCertificateIsCheckedToo() throws GeneralSecurityException, IOException {
        assertThat(fetched(proxied().trusting(web.trust()), url("good.test"))).contains("over TLS");
        assertThat(web.proxied).containsExactly("CONNECT good.test:" + web.port() + " HTTP/1.1");
        web.seen.clear();

        assertThat(refused(proxied(), url("good.test"))).contains("ILR-TOOLS-073");
        assertThat(refused(proxied().trusting(web.trust()), url("public.test"))).contains("ILR-TOOLS-073");
        assertThat(web.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://bad.test/",
                "https://bad.test/",
                "http://metadata.test/",
                "http://169.254.169.254/",
                "http://127.0.0.2/",
                "http://[::1]/",
                "http://2130706434/",
                "http://nowhere.test/",
            })
    void whatIsNotPublicIsNotAskedOfTheProxyEither(String url) {
        assertThat(refused(proxied(), url)).containsPattern("ILR-TOOLS-07[012]");
        assertThat(web.proxied).isEmpty();
    }
}
