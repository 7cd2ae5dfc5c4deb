package dev.ilura.transport.sse.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.IluraException;
import dev.ilura.testkit.FakeTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedTest {
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1", "gate.example.com");

    private final FakeTime time = new FakeTime();

    @TempDir
    private Path home;

    private SelfSigned own() {
        return new SelfSigned(home.resolve("tls"), NAMES, time);
    }

    @Test
    void itIsAShortLivedServerCertificateOfP256() throws Exception {
        X509Certificate certificate = own().current().certificate();

        assertThat(certificate.getPublicKey()).isInstanceOf(ECPublicKey.class);
        assertThat(((ECPublicKey) certificate.getPublicKey()).getParams().toString())
                .contains("secp256r1");
        assertThat(certificate.getNotAfter()).isEqualTo(Date.from(time.now().plus(Duration.ofDays(30))));
        assertThat(certificate.getNotBefore()).isBefore(Date.from(time.now()));
        assertThat(certificate.getBasicConstraints()).as("it is no authority").isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getSubjectAlternativeNames().stream()
                        .map(name -> String.valueOf(name.get(1)))
                        .toList())
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "gate.example.com");
        certificate.verify(certificate.getPublicKey());
    }

    @Test
    void theKeyFileIsItsOwnersAlone() throws Exception {
        own().current();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("tls/key.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("tls"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws Exception {
        own().current();
        Files.setPosixFilePermissions(home.resolve("tls/key.pem"), PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> own().current())
                .isInstanceOfSatisfying(
                        IluraException.class, e -> assertThat(e.code()).isEqualTo("ILR-HTTP-031"));
    }

    @Test
    void whatIsKeptIsUsedAgain() {
        assertThat(own().current().certificate()).isEqualTo(own().current().certificate());
    }

    @Test
    void itIsRenewedBeforeItsEndAndKeepsItsKey() {
        KeyAndCertificates first = own().current();

        time.advance(SelfSigned.LIFE.minus(SelfSigned.MARGIN).minusSeconds(1));
        assertThat(own().current().certificate()).isEqualTo(first.certificate());

        time.advance(Duration.ofSeconds(2));
        KeyAndCertificates renewed = own().current();
        assertThat(renewed.certificate()).isNotEqualTo(first.certificate());
        assertThat(renewed.certificate().getNotAfter())
                .isEqualTo(Date.from(time.now().truncatedTo(ChronoUnit.SECONDS).plus(SelfSigned.LIFE)));
        assertThat(renewed.pin()).isEqualTo(first.pin());
        assertThat(own().current().certificate()).as("it is kept").isEqualTo(renewed.certificate());
    }

    @Test
    void aNewNameMakesANewCertificate() {
        KeyAndCertificates first = own().current();
        KeyAndCertificates named =
                new SelfSigned(home.resolve("tls"), List.of("localhost", "other.example.com"), time).current();

        assertThat(named.certificate()).isNotEqualTo(first.certificate());
        assertThat(named.pin()).isEqualTo(first.pin());
    }

    @Test
    void aCertificateOfAnotherKeyIsRefused() throws Exception {
        own().current();
        new SelfSigned(home.resolve("other"), NAMES, time).current();
        Files.copy(
                home.resolve("other/cert.pem"),
                home.resolve("tls/cert.pem"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> own().current())
                .isInstanceOfSatisfying(
                        IluraException.class, e -> assertThat(e.code()).isEqualTo("ILR-HTTP-032"));
    }

    @Test
    void damagedFilesAreRefused() throws Exception {
        own().current();
        Files.writeString(home.resolve("tls/cert.pem"), "nothing");

        assertThatThrownBy(() -> own().current())
                .isInstanceOfSatisfying(
                        IluraException.class, e -> assertThat(e.code()).isEqualTo("ILR-HTTP-032"));
    }

    @Test
    void aPinIsReadAsItIsWritten() {
        KeyAndCertificates own = own().current();
        String text = own.pin().toString();

        assertThat(text).matches("sha256/[A-Za-z0-9+/]{43}=");
        assertThat(KeyPin.parse(text)).isEqualTo(own.pin()).hasSameHashCodeAs(own.pin());
        assertThat(KeyPin.parse(text.replace("sha256/", "sha256//"))).isEqualTo(own.pin());
        assertThat(KeyPin.parse(text).matches(own.certificate())).isTrue();
        for (String wrong : List.of("", "sha256/", "sha256/AAAA", "md5/" + text, text.substring(7), "sha256/%%%")) {
            assertThatThrownBy(() -> KeyPin.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aPinMayBeginWithASlashOfItsOwn() {
        String text = "sha256/" + "/".repeat(42) + "8=";

        assertThat(KeyPin.parse(text).toString()).isEqualTo(text);
        assertThat(KeyPin.parse(text.replace("sha256/", "sha256//")).toString()).isEqualTo(text);
    }

    @Test
    void onlyThePinnedKeyIsTrusted() throws Exception {
        KeyAndCertificates pinned = own().current();
        KeyAndCertificates other = new SelfSigned(home.resolve("other"), NAMES, time).current();
        PinnedTrust trust = new PinnedTrust(pinned.pin(), time);

        trust.checkServerTrusted(new X509Certificate[] {pinned.certificate()}, "UNKNOWN");
        assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {other.certificate()}, "UNKNOWN"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(pinned.pin().toString());
        assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[0], "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
        time.advance(Duration.ofDays(31));
        assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[] {pinned.certificate()}, "UNKNOWN"))
                .as("an expired certificate")
                .isInstanceOf(CertificateException.class);
    }
}
