package dev.ilura.internal.own;

import dev.ilura.ToolCall;
import dev.ilura.internal.Threads;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.FrameException;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolProvider;
import dev.ilura.spi.ToolReply;
import dev.ilura.spi.Transport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks the server's side of revision 2025-11-25 for tools in this process. Each call has a thread of its own; whatever
 * goes back goes over one, in order. Thread-safe.
 */
final class OwnConnection implements Transport.Connection {
    private static final Logger LOG = LoggerFactory.getLogger(OwnConnection.class);
    private static final String REVISION = "2025-11-25";
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;

    private final String identity;
    private final String server;
    private final Map<String, OwnTool> tools = new LinkedHashMap<>();
    private final Transport.Receiver receiver;
    private final Map<JsonValue, OwnCall> open = new ConcurrentHashMap<>();
    private final ExecutorService calls = Threads.forWaiting();
    private final ExecutorService line;

    OwnConnection(String identity, ToolProvider provider, Transport.Receiver receiver) {
        this.identity = identity;
        this.server = provider.name();
        this.receiver = receiver;
        provider.tools().forEach(tool -> tools.put(nameOf(tool.definition()), tool));
        this.line = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "ilura-own-" + server);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static String nameOf(JsonValue definition) {
        return definition
                .member("name")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElseThrow();
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public void send(byte[] frame) throws IOException {
        receive(frame, Optional.empty());
    }

    @Override
    public void send(byte[] frame, Transport.Sending about) throws IOException {
        receive(frame, about.call());
    }

    private void receive(byte[] bytes, Optional<ToolCall> call) throws IOException {
        if (line.isShutdown()) {
            throw new IOException("the connection is closed");
        }
        Frame frame;
        try {
            frame = Frame.read(bytes);
        } catch (FrameException e) {
            throw new IOException("the gate sent what is no frame", e);
        }
        switch (frame.kind()) {
            case REQUEST -> answer(frame, frame.id().orElseThrow(), call);
            case NOTIFICATION -> {
                if (frame.method().equals("notifications/cancelled")) {
                    frame.param("/requestId").map(open::get).ifPresent(OwnCall::cancel);
                }
            }
            default -> {
                // nothing is asked of the gate, so it has nothing to answer
            }
        }
    }

    private void answer(Frame frame, JsonValue id, Optional<ToolCall> call) {
        switch (frame.method()) {
            case "initialize" -> back(Messages.result(id, handshake()));
            case "ping" -> back(Messages.result(id, Map.of()));
            case "tools/list" ->
                back(Messages.result(
                        id,
                        Map.of(
                                "tools",
                                tools.values().stream()
                                        .map(tool -> tool.definition().toJava())
                                        .toList())));
            case "tools/call" -> begin(frame, id, call);
            default -> back(Messages.error(id, METHOD_NOT_FOUND, "Not offered."));
        }
    }

    private Map<String, Object> handshake() {
        return Map.of(
                "protocolVersion",
                REVISION,
                "capabilities",
                Map.of("tools", Map.of()),
                "serverInfo",
                Map.of("name", server, "version", "0.1"));
    }

    /** A call that no gate judged is none: the attack is a second way to the tools. */
    private void begin(Frame frame, JsonValue id, Optional<ToolCall> judged) {
        OwnTool tool = frame.param("/name")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .map(tools::get)
                .orElse(null);
        if (tool == null || judged.isEmpty()) {
            back(Messages.error(id, INVALID_PARAMS, "There is no such tool."));
            return;
        }
        OwnCall call = new OwnCall(
                judged.get(),
                progress -> frame.param("/_meta/progressToken").ifPresent(token -> back(progressed(token, progress))));
        open.put(id, call);
        try {
            calls.execute(() -> {
                try {
                    back(Messages.result(id, result(tool, call)));
                } finally {
                    open.remove(id);
                }
            });
        } catch (RejectedExecutionException e) {
            open.remove(id);
            back(Messages.result(id, failed("ILR-TOOLS-002: Too many calls at once. Call again later.")));
        }
    }

    private Map<String, Object> result(OwnTool tool, OwnCall call) {
        try {
            ToolReply reply = tool.call(call);
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("content", reply.content());
            reply.structured().ifPresent(members -> result.put("structuredContent", members));
            return result;
        } catch (ToolException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            LOG.error("call {} failed in its tool", call.call().id(), e);
            return failed("ILR-TOOLS-003: The tool itself failed. Please report it.");
        }
    }

    private static Map<String, Object> failed(String text) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("content", List.of(Map.of("type", "text", "text", text)));
        result.put("isError", true);
        return result;
    }

    private static byte[] progressed(JsonValue token, OwnCall.Progress progress) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("progressToken", token.toJava());
        params.put("progress", progress.done());
        if (progress.total() > 0) {
            params.put("total", progress.total());
        }
        params.put("message", progress.message());
        return Messages.notification("notifications/progress", params);
    }

    private void back(byte[] frame) {
        try {
            line.execute(() -> receiver.frame(frame));
        } catch (RejectedExecutionException afterTheEnd) {
            // nobody is there any more
        }
    }

    @Override
    public void close() {
        open.values().forEach(OwnCall::cancel);
        calls.shutdown();
        line.shutdown();
    }
}
