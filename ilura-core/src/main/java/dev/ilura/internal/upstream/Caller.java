package dev.ilura.internal.upstream;

import dev.ilura.CallRequest;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The client that a call comes from, as far as its server may see it. Thread-safe. */
public interface Caller {
    /** What clients declare that declare nothing. */
    JsonValue NOTHING = JsonValue.parse("{}");

    /** A question of a server in this client's name: its pod, session and principal, and the call that it belongs to. */
    CallRequest asking(String server, String target);

    /** What the client speaks; empty for calls from Java. */
    Optional<Era> era();

    /** What the client declared. */
    JsonValue capabilities();

    /** The least level of log messages that the client wants; empty for none. */
    Optional<String> logLevel();

    /**
     * Puts a question to the client. Completes with its answer, with an error if there can be none, and never
     * exceptionally but by being cancelled, which withdraws the question.
     */
    CompletableFuture<Said> ask(String method, JsonValue params);

    /** Passes on a notification that belongs to the call. */
    void tell(Frame notification);

    /**
     * What somebody answered.
     *
     * @param value the result, or the error object
     */
    record Said(JsonValue value, boolean error) {
        /** An error of the gate's own. */
        public static Said error(int code, String message) {
            return new Said(JsonValue.of(java.util.Map.of("code", code, "message", message)), true);
        }

        public static Said result(JsonValue value) {
            return new Said(value, false);
        }
    }

    /** Whether a client can be asked anything at all. */
    static boolean canBeAsked(JsonValue capabilities) {
        return capabilities.member("sampling").isPresent()
                || capabilities.member("elicitation").isPresent()
                || capabilities.member("roots").isPresent();
    }

    /** Whether a client has declared that it can be asked this: nothing else may be put to it. */
    static boolean declares(JsonValue capabilities, String method, JsonValue params) {
        return switch (method) {
            case "sampling/createMessage" -> capabilities.member("sampling").isPresent();
            case "roots/list" -> capabilities.member("roots").isPresent();
            case "elicitation/create" ->
                capabilities
                        .member("elicitation")
                        .filter(modes -> params.member("url").isEmpty()
                                || modes.member("url").isPresent())
                        .isPresent();
            default -> false;
        };
    }

    /** A caller in Java, who cannot be asked and hears nothing. */
    static Caller inJava(CallRequest request) {
        return new Caller() {
            @Override
            public CallRequest asking(String server, String target) {
                return CallRequest.to(server, target)
                        .inPod(request.pod())
                        .inSession(request.session())
                        .by(request.principal());
            }

            @Override
            public Optional<Era> era() {
                return Optional.empty();
            }

            @Override
            public JsonValue capabilities() {
                return NOTHING;
            }

            @Override
            public Optional<String> logLevel() {
                return Optional.empty();
            }

            @Override
            public CompletableFuture<Said> ask(String method, JsonValue params) {
                return CompletableFuture.completedFuture(
                        Said.error(-32601, "The caller cannot be asked through the protocol."));
            }

            @Override
            public void tell(Frame notification) {
                // nobody listens
            }
        };
    }
}
