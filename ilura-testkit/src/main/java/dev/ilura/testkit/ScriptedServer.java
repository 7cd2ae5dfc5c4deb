package dev.ilura.testkit;

import dev.ilura.ServerSpec;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An MCP server in memory, of the revisions with a handshake unless told otherwise. What it does with a call is a function that gets the
 * {@link ScriptedCall} and may answer it at once, later, twice, out of order or never; tools may be changed while it runs.
 * Thread-safe.
 */
public final class ScriptedServer implements ServerSpec {
    private final String name;
    private final ScriptedTransport transport = new ScriptedTransport(wire -> frame -> received(wire, frame));
    private final List<Path> roots = new CopyOnWriteArrayList<>();
    private final List<JsonValue> frames = new CopyOnWriteArrayList<>();
    private final List<ScriptedCall> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Consumer<ScriptedCall>> reactions = new LinkedHashMap<>();
    private final Map<String, JsonValue> tools = new LinkedHashMap<>();
    private final List<JsonValue> more = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile PinMode pins = PinMode.FIRST_USE;
    private final Map<String, Consumer<ScriptedCall>> methods = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<JsonValue>> questions = new ConcurrentHashMap<>();
    private final AtomicLong nextQuestion = new AtomicLong(1);
    private volatile Set<String> eras = Set.of("2025-11-25");
    private volatile String instructions = "";
    private volatile String capabilities = "{\"tools\":{\"listChanged\":true}}";
    private volatile boolean mute;
    private volatile ScriptedTransport.Wire newest = new Unconnected();

    private ScriptedServer(String name) {
        this.name = name;
    }

    /** A server without tools. */
    public static ScriptedServer named(String name) {
        return new ScriptedServer(name);
    }

    /** Adds a tool that answers with the text of its arguments. */
    public ScriptedServer tool(String tool) {
        return tool(tool, call -> call.answerText(call.arguments().raw()));
    }

    /** Adds a tool, or gives it another behaviour. */
    public ScriptedServer tool(String tool, Consumer<ScriptedCall> reaction) {
        lock.lock();
        try {
            reactions.put(tool, reaction);
            tools.computeIfAbsent(tool, added -> entry(added, "does " + added));
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Lists the tool with this description from now on: the rug pull, if it was pinned. */
    public ScriptedServer describe(String tool, String description) {
        return list(entry(tool, description));
    }

    /** Lists this entry, whatever it holds, under its own name from now on. */
    public ScriptedServer list(JsonValue entry) {
        lock.lock();
        try {
            tools.put(entry.member("name").map(JsonValue::text).orElse(""), entry);
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** Lists this entry beside the others, even if one of them has its name. */
    public ScriptedServer listAlso(JsonValue entry) {
        more.add(entry);
        return this;
    }

    private static JsonValue entry(String tool, String description) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", tool);
        entry.put("description", description);
        entry.put("inputSchema", Map.of("type", "object"));
        return JsonValue.of(entry);
    }

    /** Directories that the specification names. */
    public ScriptedServer roots(Path... directories) {
        roots.addAll(List.of(directories));
        return this;
    }

    /** Nothing is callable before a person has looked. */
    public ScriptedServer reviewed() {
        pins = PinMode.REVIEW;
        return this;
    }

    /** What the next connection verifies about the server. */
    public ScriptedServer identity(String verified) {
        transport.identity(verified);
        return this;
    }

    /** Starting it needs a human's consent. */
    public ScriptedServer question(String asked) {
        transport.question(asked);
        return this;
    }

    /** Starts fail from now on, with this message. */
    public ScriptedServer failToStart(String message) {
        transport.failing(Optional.of(message));
        return this;
    }

    /** Starts work again. */
    public ScriptedServer startAgain() {
        transport.failing(Optional.empty());
        return this;
    }

    /** Takes frames and answers none, not even the handshake. */
    public ScriptedServer mute(boolean silent) {
        mute = silent;
        return this;
    }

    /** Speaks 2026-07-28 and nothing else. */
    public ScriptedServer modern() {
        eras = Set.of("2026-07-28");
        return this;
    }

    /** Speaks 2026-07-28 and makes handshakes too. */
    public ScriptedServer dual() {
        eras = Set.of("2026-07-28", "2025-11-25");
        return this;
    }

    /** Agrees on this revision in its handshake. */
    public ScriptedServer revision(String agreed) {
        eras = Set.of(agreed);
        return this;
    }

    /** Declares these capabilities, as JSON. */
    public ScriptedServer capabilities(String declared) {
        capabilities = declared;
        return this;
    }

    /** Says this about itself to models when a session begins. */
    public ScriptedServer instructions(String text) {
        instructions = ",\"instructions\":" + JsonValue.of(text).raw();
        return this;
    }

    /** Does this with requests of a method, whatever else it would do. */
    public ScriptedServer on(String method, Consumer<ScriptedCall> reaction) {
        methods.put(method, reaction);
        return this;
    }

    /** Answers requests of a method with this {@code result}. */
    public ScriptedServer answering(String method, String result) {
        return on(method, call -> call.answer(result));
    }

    /** Puts a question to the client over a connection; completes with the answering frame. */
    CompletableFuture<JsonValue> ask(ScriptedTransport.Wire wire, String method, String params) {
        String id = "\"s" + nextQuestion.getAndIncrement() + "\"";
        CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        questions.put(id, answer);
        wire.send(bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}"));
        return answer;
    }

    /** Puts a question to the client over the newest connection. */
    public CompletableFuture<JsonValue> ask(String method, String params) {
        return ask(newest, method, params);
    }

    /** Says that the tools changed, on the newest connection. */
    public void listChanged() {
        newest.send(bytes("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}"));
    }

    /** Ends the newest connection from the server's side. */
    public void die() {
        newest.die("ILR-SERVER-001", "exit status 1");
    }

    /** Sends any bytes as a frame on the newest connection. */
    public void send(String frame) {
        newest.send(bytes(frame));
    }

    /** How often it was started. */
    public int starts() {
        return transport.opened();
    }

    /** How many connections are open now: what a test of orderly stopping looks at. */
    public int running() {
        return transport.open();
    }

    /** Every frame that reached it, over all connections, oldest first. */
    public List<JsonValue> frames() {
        return List.copyOf(frames);
    }

    /** The frames of one method that reached it. */
    public List<JsonValue> frames(String method) {
        return frames.stream()
                .filter(frame -> frame.member("method").map(JsonValue::text).equals(Optional.of(method)))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Every tool call that reached it, oldest first. */
    public List<ScriptedCall> calls() {
        return List.copyOf(calls);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Path> roots() {
        return List.copyOf(roots);
    }

    @Override
    public PinMode pins() {
        return pins;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    private void received(ScriptedTransport.Wire wire, byte[] bytes) {
        newest = wire;
        JsonValue frame = JsonValue.parse(bytes, JsonLimits.FRAME);
        frames.add(frame);
        Optional<JsonValue> id = frame.member("id");
        String method = frame.member("method").map(JsonValue::text).orElse("");
        if (mute || id.isEmpty()) {
            return;
        }
        if (method.isEmpty()) {
            Optional.ofNullable(questions.remove(id.get().raw())).ifPresent(question -> question.complete(frame));
            return;
        }
        ScriptedCall call = new ScriptedCall(frame, wire, this);
        Consumer<ScriptedCall> reaction = methods.get(method);
        if (reaction != null) {
            reaction.accept(call);
        } else {
            known(call, method);
        }
    }

    private void known(ScriptedCall call, String method) {
        boolean modern = eras.contains("2026-07-28");
        Optional<String> handshake =
                eras.stream().filter(era -> !era.equals("2026-07-28")).findFirst();
        if (method.equals("initialize") && handshake.isPresent()) {
            call.answer("{\"protocolVersion\":\"" + handshake.get() + "\",\"capabilities\":" + capabilities
                    + instructions + ",\"serverInfo\":{\"name\":\"scripted\",\"version\":\"1\"}}");
        } else if (method.equals("server/discover") && modern) {
            call.answer("{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":"
                    + capabilities + instructions + ",\"ttlMs\":0,\"cacheScope\":\"private\"}");
        } else if (method.equals("tools/list")) {
            call.answer(listing());
        } else if (method.equals("tools/call")) {
            react(call);
        } else if (method.equals("ping")) {
            call.answer("{}");
        } else if (!(method.equals("subscriptions/listen") && modern)) {
            call.error(-32601, "Method not found");
        }
    }

    private String listing() {
        lock.lock();
        try {
            return Stream.concat(tools.values().stream(), more.stream())
                    .map(JsonValue::raw)
                    .collect(Collectors.joining(",", "{\"tools\":[", "]}"));
        } finally {
            lock.unlock();
        }
    }

    private void react(ScriptedCall call) {
        calls.add(call);
        Consumer<ScriptedCall> reaction;
        lock.lock();
        try {
            reaction = reactions.getOrDefault(call.tool(), unknown -> unknown.error(-32602, "Unknown tool"));
        } finally {
            lock.unlock();
        }
        reaction.accept(call);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Before the first connection there is nobody to send to. */
    private static final class Unconnected implements ScriptedTransport.Wire {
        @Override
        public void send(byte[] frame) {
            throw new IllegalStateException("the server is not running");
        }

        @Override
        public void garbage(String what) {
            throw new IllegalStateException("the server is not running");
        }

        @Override
        public void die(String code, String reason) {
            throw new IllegalStateException("the server is not running");
        }
    }
}
