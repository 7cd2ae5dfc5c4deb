package dev.ilura.examples;

import static dev.ilura.policy.Policies.where;

import dev.ilura.CallOutcome.Completed;
import dev.ilura.Gateway;
import dev.ilura.InsecureDefaults;
import dev.ilura.Secret;
import dev.ilura.policy.Policies;
import dev.ilura.transport.sse.FrontTls;
import dev.ilura.transport.sse.HttpFront;
import dev.ilura.transport.sse.RemoteServer;
import dev.ilura.transport.stdio.StdioServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** How do I serve a stdio server over HTTPS, and how do I reach a server over HTTPS? */
public final class ServeHttp {
    private static final Secret TOKEN = Secret.of("a-token-for-this-front-only");

    private ServeHttp() {}

    public static void main(String[] args) throws IOException {
        Path notes = Notes.directory();
        String[] program = {"-cp", Notes.CODE, Notes.SERVER, notes.toString()};
        CompletableFuture<HttpFront.Listening> listening = new CompletableFuture<>();
        HttpFront front = HttpFront.on("127.0.0.1", 0)
                .tls(FrontTls.selfSigned(notes.resolveSibling("tls")))
                .bearer("reader", TOKEN)
                .whenListening(listening::complete);
        try (Gateway near = Gateway.builder()
                .server(StdioServer.named("notes")
                        .command("java", program)
                        .spawn(Notes.rules())
                        .roots(notes))
                .policy(Policies.rules()
                        .allow("notes/read_*", where("path").insideRoots())
                        .denyOthers())
                .audit(InsecureDefaults.noAuditLog())
                .build()) {
            Thread serving = new Thread(() -> serve(near, front));
            serving.start();
            read(listening.join());
            front.close();
        }
    }

    /** Another gateway, perhaps on another machine: it pins the key and shows the token. */
    private static void read(HttpFront.Listening there) {
        try (Gateway far = Gateway.builder()
                .server(RemoteServer.named("far")
                        .url(there.url())
                        .header("Authorization", Secret.of("Bearer " + TOKEN.revealToItsOneUse()))
                        .tlsPin(there.pin().orElseThrow()))
                .policy(Policies.rules().allow("far/*").denyOthers())
                .audit(InsecureDefaults.noAuditLog())
                .build()) {
            for (String path : List.of("welcome.md", "../secret.txt")) {
                var outcome = far.call("far", "notes__read_note", Map.of("path", path));
                System.out.println(outcome instanceof Completed done ? done.text() : outcome.summary());
            }
        }
    }

    private static void serve(Gateway gateway, HttpFront front) {
        try {
            gateway.serve(front);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
