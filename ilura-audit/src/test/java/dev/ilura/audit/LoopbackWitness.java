package dev.ilura.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ilura.audit.format.Base64Text;
import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Checkpoint;
import dev.ilura.audit.format.ConsistencyProof;
import dev.ilura.audit.format.LogKey;
import dev.ilura.audit.format.NoteText;
import dev.ilura.audit.format.Sha256;
import dev.ilura.audit.format.WitnessKey;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A witness as c2sp.org/tlog-witness describes one, on loopback. Remembers one checkpoint for each log that it knows. */
final class LoopbackWitness implements AutoCloseable {
    private static final long NOW = 1_790_000_000L;

    private final HttpServer server;
    private final KeyPair pair;
    final WitnessKey key;
    final Map<String, LogKey> known = new ConcurrentHashMap<>();
    final Map<String, Checkpoint> latest = new ConcurrentHashMap<>();
    final Map<String, String> cosigned = new ConcurrentHashMap<>();
    final List<Integer> answers = new CopyOnWriteArrayList<>();
    /** Serves no checkpoints, as the protocol allows. */
    volatile boolean silent;

    LoopbackWitness() throws IOException, GeneralSecurityException {
        pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] spki = pair.getPublic().getEncoded();
        key = WitnessKey.of("witness.example/w1", Arrays.copyOfRange(spki, 12, spki.length));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/add-checkpoint", this::add);
        server.createContext("/", this::serve);
        server.start();
    }

    Anchor anchor() {
        return Anchor.witness(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), key.line());
    }

    /** Trusts the Ed25519 key of a log. */
    void trust(LogKey ed25519) {
        known.put(ed25519.name(), ed25519);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String note = cosigned.entrySet().stream()
                .filter(entry -> path.equals("/" + Sha256.hex(entry.getKey()) + "/checkpoint"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
        answer(exchange, note.isEmpty() || silent ? 404 : 200, note);
    }

    private synchronized void add(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int gap = body.indexOf("\n\n");
        List<String> lines = List.of(body.substring(0, gap).split("\n"));
        NoteText note = NoteText.parse(body.substring(gap + 2));
        Checkpoint checkpoint = note.checkpoint();
        LogKey log = known.get(checkpoint.origin());
        if (log == null) {
            answer(exchange, 404, "");
            return;
        }
        if (!isSigned(note, log)) {
            answer(exchange, 403, "");
            return;
        }
        long old = Long.parseLong(lines.get(0).substring("old ".length()));
        List<Bytes> hashes = new ArrayList<>();
        lines.subList(1, lines.size()).forEach(line -> hashes.add(Bytes.of(Base64Text.parseStandard(line))));
        Checkpoint before = latest.get(checkpoint.origin());
        long known = before == null ? 0 : before.size();
        if (old > checkpoint.size()) {
            answer(exchange, 400, "");
        } else if (old != known) {
            answer(exchange, 409, known + "\n");
        } else if (!ConsistencyProof.holds(
                old,
                before == null ? checkpoint.root() : before.root(),
                checkpoint.size(),
                checkpoint.root(),
                hashes)) {
            answer(exchange, 422, "");
        } else {
            latest.put(checkpoint.origin(), checkpoint);
            String line = key.cosignatureLine(NOW, sign(WitnessKey.message(checkpoint, NOW)));
            cosigned.put(checkpoint.origin(), note.withoutOthers() + line);
            answer(exchange, 200, line);
        }
    }

    private static boolean isSigned(NoteText note, LogKey log) {
        for (String line : note.own()) {
            byte[] bytes = Base64Text.parseStandard(line.substring(line.lastIndexOf(' ') + 1));
            if (bytes.length == 68 && log.verifies(note.checkpoint().body(), Bytes.of(bytes, 4, 68), null)) {
                return true;
            }
        }
        return false;
    }

    private byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        answers.add(status);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (status == 409) {
            exchange.getResponseHeaders().set("Content-Type", "text/x.tlog.size");
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
