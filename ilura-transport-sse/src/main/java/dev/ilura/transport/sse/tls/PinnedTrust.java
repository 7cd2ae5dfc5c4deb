package dev.ilura.transport.sse.tls;

import dev.ilura.spi.TimeSource;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Date;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one key and nothing else. Neither a certificate authority nor the name in the certificate counts: who has the key
 * is the server, and nobody else can be.
 */
public final class PinnedTrust extends X509ExtendedTrustManager {
    private final KeyPin pin;
    private final TimeSource time;

    PinnedTrust(KeyPin pin, TimeSource time) {
        this.pin = pin;
        this.time = time;
    }

    /** A context for clients that accepts only a server with this key. */
    public static SSLContext context(KeyPin pin, TimeSource time) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new PinnedTrust(pin, time)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain.length == 0 || !pin.matches(chain[0])) {
            throw new CertificateException("the server's key is "
                    + (chain.length == 0 ? "missing" : KeyPin.of(chain[0])) + ", and " + pin + " is pinned");
        }
        chain[0].checkValidity(Date.from(time.now()));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side only connects");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
