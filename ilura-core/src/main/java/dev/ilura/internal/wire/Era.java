package dev.ilura.internal.wire;

import dev.ilura.json.JsonValue;
import dev.ilura.spi.McpFront;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The two ways in which revisions of MCP say what is spoken: once, or with every request. */
public enum Era {
    /** Up to 2025-11-25: {@code initialize} begins a session. */
    HANDSHAKE,
    /** From 2026-07-28 on: every request carries its own metadata. */
    PER_REQUEST;

    /** The revision that is spoken with metadata in every request. */
    public static final String MODERN = "2026-07-28";

    /** The revisions with a handshake, newest first. */
    public static final List<String> HANDSHAKES = List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");

    /** The keys of a request's {@code _meta}. */
    public static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

    public static final String CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
    public static final String CLIENT_KEY = "io.modelcontextprotocol/clientInfo";
    public static final String LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel";
    public static final String SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId";

    private static final Set<String> MODERN_ONLY = Set.of("server/discover", "subscriptions/listen", "tasks/update");
    private static final Set<String> BY_NAME = Set.of("tools/call", "prompts/get");

    /**
     * The era of one frame. {@code initialize} is of the older one whatever headers stand beside it, unless the frame itself
     * says otherwise: a client that tries both may have sent them out of habit.
     */
    public static Era of(Frame frame, McpFront.Headers headers) {
        if (frame.kind() != Frame.Kind.REQUEST && frame.kind() != Frame.Kind.NOTIFICATION) {
            return HANDSHAKE;
        }
        boolean says = frame.meta(VERSION_KEY).isPresent()
                || frame.meta(CAPABILITIES_KEY).isPresent()
                || frame.meta(CLIENT_KEY).isPresent();
        if (says || MODERN_ONLY.contains(frame.method())) {
            return PER_REQUEST;
        }
        boolean headed = headers.values("MCP-Protocol-Version").stream()
                .anyMatch(version -> !HANDSHAKES.contains(version) && version.compareTo(MODERN) >= 0);
        return headed && !frame.method().equals("initialize") ? PER_REQUEST : HANDSHAKE;
    }

    /** The revision that a frame's metadata names. */
    public static Optional<String> version(Frame frame) {
        return frame.meta(VERSION_KEY).filter(JsonValue::isString).map(JsonValue::text);
    }

    /** Where the params of a method say what {@code Mcp-Name} repeats. */
    public static Optional<String> namedBy(String method) {
        if (BY_NAME.contains(method)) {
            return Optional.of("/name");
        }
        if (method.equals("resources/read")) {
            return Optional.of("/uri");
        }
        return method.startsWith("tasks/") ? Optional.of("/taskId") : Optional.empty();
    }
}
