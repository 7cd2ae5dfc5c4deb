package dev.ilura.gateway;

import dev.ilura.Secret;
import dev.ilura.ServerSpec;
import dev.ilura.transport.sse.FrontLimits;
import dev.ilura.transport.sse.FrontTls;
import dev.ilura.transport.sse.HttpFront;
import dev.ilura.transport.sse.RemoteServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code [http]}: who may come over HTTP, and how much they may ask. Used once. */
final class HttpFrontSettings {
    private final TomlSettings settings;
    private final Path stateDir;

    HttpFrontSettings(TomlSettings settings, Path stateDir) {
        this.settings = settings;
        this.stateDir = stateDir;
    }

    /**
     * What was read.
     *
     * @param tokens by the name of who has them
     * @param certificate the operator's own, if any
     */
    record Parts(
            Map<String, Secret> tokens,
            Optional<FrontTls> certificate,
            Path ownTls,
            List<String> hosts,
            FrontLimits limits) {
        HttpFront front(String host, int port, boolean tls) {
            HttpFront front = HttpFront.on(host, port).limits(limits).hosts(hosts.toArray(String[]::new));
            for (Map.Entry<String, Secret> token : tokens.entrySet()) {
                front = front.bearer(token.getKey(), token.getValue());
            }
            return tls ? front.tls(certificate.orElseGet(() -> FrontTls.selfSigned(ownTls))) : front;
        }
    }

    Parts read(List<ServerSpec> servers) {
        Map<String, Secret> tokens = settings.secrets("tokens");
        tokens.forEach((name, token) -> check(name, token, servers));
        return new Parts(tokens, certificate(), stateDir.resolve("tls"), settings.texts("hosts"), limits());
    }

    private void check(String name, Secret token, List<ServerSpec> servers) {
        if (!name.matches("[A-Za-z0-9_-]{1,32}")) {
            settings.problem("tokens", "\"" + name + "\" is no name.", "Use letters, digits, - and _.");
        }
        try {
            HttpFront.on("localhost", 0).bearer(name, token);
        } catch (IllegalArgumentException e) {
            settings.problem("tokens", "The one of " + name + ": " + e.getMessage() + ".", "Make a longer one.");
            return;
        }
        // The attack: a server that is sent its credential comes back with it as a client of the gate.
        servers.stream()
                .filter(server -> server instanceof RemoteServer remote && remote.sends(token))
                .findFirst()
                .ifPresent(server -> settings.problem(
                        "tokens",
                        "The one of " + name + " is also sent to the server \"" + server.name() + "\".",
                        "Give the client a token of its own."));
    }

    private Optional<FrontTls> certificate() {
        Optional<Path> certificate = settings.path("certificate");
        Optional<Path> key = settings.path("key");
        if (certificate.isPresent() != key.isPresent()) {
            settings.problem(
                    certificate.isPresent() ? "certificate" : "key",
                    "A certificate and its key belong together.",
                    "Write both, or neither for one that Ilura makes.");
        }
        return certificate.flatMap(chain -> key.map(own -> FrontTls.files(chain, own)));
    }

    private FrontLimits limits() {
        FrontLimits plain = FrontLimits.DEFAULTS;
        long message = settings.size("message_limit").orElse((long) plain.messageBytes());
        if (message < 1024 || message > 1 << 30) {
            settings.problem("message_limit", "This is out of range.", "Write 1KiB to 1GiB.");
            message = plain.messageBytes();
        }
        Duration idle = settings.duration("session_idle").orElse(plain.sessionIdle());
        if (idle.isZero()) {
            settings.problem("session_idle", "This must be more than nothing.", "Write a duration such as \"30m\".");
            idle = plain.sessionIdle();
        }
        return plain.sizes((int) message, plain.streamBytes(), plain.replayBytes())
                .sessions(within("sessions", 1_000_000, plain.sessions()), idle)
                .rates(within("requests_per_second", 1_000_000, plain.requestsPerSecond()), plain.refusedPerMinute());
    }

    private int within(String key, int most, int otherwise) {
        long value = settings.integer(key).orElse((long) otherwise);
        if (value < 1 || value > most) {
            settings.problem(key, value + " is out of range.", "Write 1 to " + most + ".");
            return otherwise;
        }
        return (int) value;
    }
}
