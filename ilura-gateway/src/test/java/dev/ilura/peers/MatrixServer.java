package dev.ilura.peers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What stands behind the gate in the matrix: the fixture of the conformance runs, in one era, over one transport. */
enum MatrixServer {
    STDIO_HANDSHAKE("stdio", "handshake"),
    STDIO_MODERN("stdio", "modern"),
    HTTP_HANDSHAKE("http", "handshake"),
    HTTP_MODERN("http", "modern"),
    HTTPS_HANDSHAKE("https", "handshake"),
    HTTPS_MODERN("https", "modern"),
    SSE_2024("sse", "handshake");

    private static final Pattern PORT = Pattern.compile("listening on (\\d+)");

    private final String transport;
    private final String era;

    MatrixServer(String transport, String era) {
        this.transport = transport;
        this.era = era;
    }

    /** Its name in the configuration of the gate. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isStdio() {
        return transport.equals("stdio");
    }

    /** Starts one that listens. */
    Listening start(Path certificate) {
        List<String> command = new ArrayList<>(List.of(
                Peers.recentNode().toString(),
                Peers.file("conformance/fixture.mjs").toString(),
                transport.equals("sse") ? "sse" : "http",
                "--mode",
                era));
        if (transport.equals("https")) {
            command.addAll(List.of(
                    "--cert",
                    certificate.toString(),
                    "--key",
                    certificate.resolveSibling("key.pem").toString()));
        }
        return Listening.start(command, Map.of(), PORT);
    }

    /**
     * Its part of the configuration.
     *
     * @param port where it listens, if it does
     * @param pin of its key, for TLS
     */
    String config(String port, String pin) {
        String how = switch (transport) {
            case "stdio" ->
                "command = \"node24\"\nargs = [\"%s\", \"stdio\", \"--mode\", \"%s\"]"
                        .formatted(Peers.file("conformance/fixture.mjs"), era);
            case "sse" -> "transport = \"sse\"\nurl = \"http://127.0.0.1:" + port + "/sse\"";
            case "https" ->
                "transport = \"http\"\nurl = \"https://127.0.0.1:" + port + "/mcp\"\ntls_pin = \"" + pin + "\"";
            default -> "transport = \"http\"\nurl = \"http://127.0.0.1:" + port + "/mcp\"";
        };
        return "[servers." + id() + "]\n" + how + "\n";
    }
}
