package dev.ilura.transport.sse;

import dev.ilura.Secret;
import dev.ilura.ServerSpec;
import dev.ilura.spi.Settings;
import dev.ilura.transport.sse.tls.KeyPin;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One pass over the table of a server with an address; notes every mistake and goes on. */
final class RemoteServerReading {
    private final Settings settings;
    private boolean failed;

    RemoteServerReading(Settings settings) {
        this.settings = settings;
    }

    Optional<RemoteServer> read(String name) {
        RemoteServer server;
        try {
            server = RemoteServer.named(name);
        } catch (IllegalArgumentException e) {
            problem("", String.valueOf(e.getMessage()), "Use letters, digits, - and _.");
            server = RemoteServer.named("unnamed");
        }
        server = address(server);
        for (Map.Entry<String, Secret> header : settings.secrets("headers").entrySet()) {
            server = attempt(
                    "headers",
                    "Write a plain name such as Authorization, and a value of printable ASCII.",
                    server,
                    known -> known.header(header.getKey(), header.getValue()));
        }
        server = pin(server);
        server = limits(server);
        return failed ? Optional.empty() : Optional.of(server);
    }

    private RemoteServer address(RemoteServer server) {
        Optional<String> url = settings.text("url");
        RemoteServer nowhere = server.url("http://localhost/");
        if (url.isEmpty()) {
            problem("url", "A server over HTTP needs an address.", "Write url = \"https://HOST/mcp\".");
            return nowhere;
        }
        RemoteServer somewhere =
                attempt("url", "Write url = \"https://HOST/mcp\".", server, known -> known.url(url.get()));
        return somewhere.url().isPresent() ? somewhere : nowhere;
    }

    private RemoteServer pin(RemoteServer server) {
        Optional<String> pin = settings.text("tls_pin");
        if (pin.isEmpty()) {
            return server;
        }
        if (server.url()
                        .filter(url -> "https".equalsIgnoreCase(url.getScheme()))
                        .isEmpty()
                && !failed) {
            problem("tls_pin", "A key can be pinned only with https.", "Write https in url, or leave tls_pin out.");
        }
        return attempt(
                "tls_pin",
                "Write \"sha256/\" and what ilura prints at the start of the other side.",
                server,
                known -> known.tlsPin(KeyPin.parse(pin.get())));
    }

    private RemoteServer limits(RemoteServer server) {
        RemoteServer limited = settings.size("message_limit")
                .map(bytes -> attempt(
                        "message_limit",
                        "Write 1KiB to 1GiB.",
                        server,
                        known -> known.messageLimit(Math.toIntExact(bytes))))
                .orElse(server);
        RemoteServer timed = settings.duration("connect_timeout")
                .map(timeout -> attempt(
                        "connect_timeout", "Write more than nothing.", limited, known -> known.connectTimeout(timeout)))
                .orElse(limited);
        RemoteServer rooted = settings.paths("roots").isEmpty()
                ? timed
                : attempt("roots", "Write absolute paths.", timed, known -> known.roots(settings.paths("roots")));
        return pins(rooted);
    }

    private RemoteServer pins(RemoteServer server) {
        String word = settings.text("pins").orElse("first-use");
        if (word.equals("review")) {
            return server.pins(ServerSpec.PinMode.REVIEW);
        }
        if (!word.equals("first-use")) {
            problem("pins", "This is no way to pin.", "Write \"first-use\" or \"review\".");
        }
        return server;
    }

    private RemoteServer attempt(String key, String fix, RemoteServer server, UnaryOperator<RemoteServer> change) {
        try {
            return change.apply(server);
        } catch (IllegalArgumentException | ArithmeticException e) {
            problem(key, String.valueOf(e.getMessage()), fix);
            return server;
        }
    }

    private void problem(String key, String what, String fix) {
        failed = true;
        settings.problem(key, what, fix);
    }
}
