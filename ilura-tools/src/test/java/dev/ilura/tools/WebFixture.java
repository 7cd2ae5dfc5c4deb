package dev.ilura.tools;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A site behind TLS and a proxy, both on this machine. */
@SuppressWarnings("AddressSelection") // addresses are written out
final class WebFixture implements AutoCloseable {
    private static final char[] PASSWORD = "password".toCharArray();

    /** What the site was asked, over connections that were good. */
    final List<String> seen = new CopyOnWriteArrayList<>();

    /** First lines of what the proxy was asked. */
    final List<String> proxied = new CopyOnWriteArrayList<>();

    private final HttpsServer site;
    private final ServerSocket proxy;
    private final KeyStore keys;

    /** A site whose certificate is good for one name. */
    WebFixture(Path dir, String name) throws IOException, GeneralSecurityException, InterruptedException {
        keys = keys(dir, name);
        KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ours.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(ours.getKeyManagers(), null, null);
        site = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 10);
        site.setHttpsConfigurator(new HttpsConfigurator(context));
        site.createContext("/", exchange -> {
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            HttpFixture.respond(exchange, 200, "text/plain", "over TLS".getBytes(StandardCharsets.UTF_8));
        });
        site.start();
        proxy = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        daemon(this::serveProxy);
    }

    /** The JDK has no other public way to make a certificate. */
    private static KeyStore keys(Path dir, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = dir.resolve("keys.p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        "site",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (made.waitFor() != 0) {
            throw new IOException(said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    /** Believes the site's certificate and no other. */
    SSLContext trust() throws GeneralSecurityException, IOException {
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        believed.setCertificateEntry("site", keys.getCertificate("site"));
        TrustManagerFactory theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        theirs.init(believed);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, theirs.getTrustManagers(), null);
        return context;
    }

    int port() {
        return site.getAddress().getPort();
    }

    int proxyPort() {
        return proxy.getLocalPort();
    }

    private void serveProxy() {
        while (!proxy.isClosed()) {
            try {
                Socket client = proxy.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Tunnels lead to the site, wherever they were to lead; everything else is answered. */
    private void serve(Socket client) {
        try (client) {
            String first = head(client.getInputStream());
            proxied.add(first);
            OutputStream out = client.getOutputStream();
            if (!first.startsWith("CONNECT ")) {
                out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n"
                                + "Connection: close\r\n\r\nby way of it")
                        .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            try (Socket tunnel = new Socket("127.0.0.1", port())) {
                out.write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                daemon(() -> pump(tunnel, client));
                client.getInputStream().transferTo(tunnel.getOutputStream());
            }
        } catch (IOException e) {
            // the client went away
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of them went away
        }
    }

    /** Reads up to the empty line, and not a byte more. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "web-fixture");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        site.stop(0);
        proxy.close();
    }
}
