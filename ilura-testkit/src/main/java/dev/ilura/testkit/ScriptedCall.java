package dev.ilura.testkit;

import dev.ilura.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One tool call that reached a {@link ScriptedServer}. The test does with it what servers do, and what they should not:
 * answer late, twice, in another order, with garbage, or die. Thread-safe.
 */
public final class ScriptedCall {
    private final JsonValue frame;
    private final ScriptedTransport.Wire wire;
    private final ScriptedServer server;

    ScriptedCall(JsonValue frame, ScriptedTransport.Wire wire, ScriptedServer server) {
        this.frame = frame;
        this.wire = wire;
        this.server = server;
    }

    /** The whole frame, byte for byte as it came. */
    public JsonValue frame() {
        return frame;
    }

    /** The request id. */
    public JsonValue id() {
        return frame.member("id").orElseThrow();
    }

    /** The tool's name; empty if there is none. */
    public String tool() {
        return frame.at("/params/name")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
    }

    /** The arguments; {@code {}} if there are none. */
    public JsonValue arguments() {
        return frame.at("/params/arguments").orElseGet(() -> JsonValue.parse("{}"));
    }

    /** The progress token, if the caller wants progress. */
    public Optional<JsonValue> progressToken() {
        return frame.at("/params/_meta/progressToken");
    }

    /** Answers with one text part. */
    public void answerText(String text) {
        answer(JsonValue.of(Map.of("content", List.of(Map.of("type", "text", "text", text))))
                .raw());
    }

    /** Answers with this {@code result}, whatever it is. */
    public void answer(String result) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id().raw() + ",\"result\":" + result + "}");
    }

    /** Answers with a result that says the tool failed. */
    public void toolError(String text) {
        answer("{\"content\":[{\"type\":\"text\",\"text\":" + JsonValue.of(text).raw() + "}],\"isError\":true}");
    }

    /** Answers with a JSON-RPC error. */
    public void error(int code, String message) {
        send("{\"jsonrpc\":\"2.0\",\"id\":" + id().raw() + ",\"error\":{\"code\":" + code + ",\"message\":"
                + JsonValue.of(message).raw() + "}}");
    }

    /** Reports progress under the token of the call; nothing if it has none. */
    public void progress(long progress) {
        progressToken()
                .ifPresent(token -> send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                        + "{\"progressToken\":" + token.raw() + ",\"progress\":" + progress + "}}"));
    }

    /** Puts a question to the client over the connection of this call; completes with the answering frame. */
    public CompletableFuture<JsonValue> ask(String method, String params) {
        return server.ask(wire, method, params);
    }

    /** Sends any text as a frame. */
    public void send(String text) {
        wire.send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes something that is no frame. */
    public void garbage(String what) {
        wire.garbage(what);
    }

    /** The server ends in the middle of the call. */
    public void die() {
        wire.die("ILR-SERVER-001", "exit status 1");
    }

    @Override
    public String toString() {
        return frame.raw();
    }
}
