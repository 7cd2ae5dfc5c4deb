package dev.ilura.transport.stdio;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ilura.json.CanonicalJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry of npm with the packages of one test, on this machine. */
final class NpmRegistry implements AutoCloseable {
    private final HttpServer server;
    private final Path work;
    private final Map<String, Map<String, Object>> packages = new ConcurrentHashMap<>();
    private final Map<String, byte[]> archives = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();

    NpmRegistry(Path work) throws IOException {
        this.work = work;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 10);
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    int requests() {
        return requests.get();
    }

    /**
     * Publishes a server.
     *
     * @param manifest members of package.json besides name and version, as JSON with a comma before
     */
    void publish(String name, String version, String script, String manifest) throws Exception {
        Path directory = Files.createDirectories(work.resolve(name + "-" + version));
        Files.writeString(
                directory.resolve("package.json"),
                "{\"name\":\"" + name + "\",\"version\":\"" + version + "\",\"bin\":\"main.js\"" + manifest + "}");
        Files.writeString(directory.resolve("main.js"), "#!/usr/bin/env node\n" + script);
        Process pack = new ProcessBuilder("/usr/bin/npm", "pack", "--ignore-scripts", "--silent")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(pack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (pack.waitFor() != 0) {
            throw new IOException(output);
        }
        byte[] archive = Files.readAllBytes(directory.resolve(name + "-" + version + ".tgz"));
        String path = name + "/-/" + name + "-" + version + ".tgz";
        archives.put("/" + path, archive);
        String integrity = "sha512-"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-512").digest(archive));
        Map<String, Object> one = new TreeMap<>(Map.of(
                "name",
                name,
                "version",
                version,
                "bin",
                Map.of(name, "main.js"),
                "dist",
                Map.of("tarball", address() + path, "integrity", integrity)));
        if (manifest.contains("\"dependencies\"")) {
            one.put("dependencies", Map.of("inside", manifest.replaceFirst(".*\"inside\":\"([^\"]*)\".*", "$1")));
        }
        packages.computeIfAbsent(name, key -> new TreeMap<>()).put(version, one);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        byte[] body = archives.get(path);
        Map<String, Object> versions = packages.get(path.substring(1));
        if (body == null && versions != null) {
            String latest = ((TreeMap<String, Object>) versions).lastKey();
            body = CanonicalJson.of(
                    Map.of("name", path.substring(1), "dist-tags", Map.of("latest", latest), "versions", versions));
        }
        exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
        if (body != null) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
