package dev.ilura.internal.call;

import dev.ilura.Arguments;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The requests of a client that travel on to a server. All of them take the same road; what differs is where in their
 * {@code params} stands what is judged.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are made by List.of
public enum RelayedMethod {
    /** Its arguments are judged. */
    TOOL("tools/call", List.of("/name"), List.of()),
    /** Its arguments are judged. */
    PROMPT("prompts/get", List.of("/name"), List.of()),
    /** Its {@code uri} is judged. */
    RESOURCE("resources/read", List.of("/uri"), List.of("uri")),
    /** What is to be completed is judged. */
    COMPLETION("completion/complete", List.of("/ref/name", "/ref/uri"), List.of("ref", "argument", "context"));

    private final String method;
    private final List<String> subjects;
    private final List<String> judged;

    RelayedMethod(String method, List<String> subjects, List<String> judged) {
        this.method = method;
        this.subjects = subjects;
        this.judged = judged;
    }

    /** The relayed method of this name. */
    public static Optional<RelayedMethod> of(String method) {
        return Arrays.stream(values())
                .filter(each -> each.method.equals(method))
                .findFirst();
    }

    /** What is asked for, as the client names it: a tool, a prompt, a URI. */
    public Optional<String> subject(Frame frame) {
        return subjects.stream()
                .flatMap(pointer -> frame.param(pointer).stream())
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .findFirst();
    }

    String method() {
        return method;
    }

    /** Whether the subject is {@code params.name} and the judged part {@code params.arguments}. */
    boolean isNamed() {
        return judged.isEmpty();
    }

    /** The members of {@code params} that are judged where there are no arguments as such. */
    List<String> judged() {
        return judged;
    }

    /**
     * What is judged of a request.
     *
     * @throws IllegalArgumentException if it is no object
     * @throws dev.ilura.json.MalformedJsonException if it is beyond the limits of arguments
     */
    public Arguments arguments(Frame frame) {
        if (isNamed()) {
            return frame.param("/arguments").map(Arguments::of).orElse(Arguments.empty());
        }
        String members = judged.stream()
                .flatMap(name -> frame.param("/" + name).map(value -> '"' + name + "\":" + value.raw()).stream())
                .collect(Collectors.joining(",", "{", "}"));
        return Arguments.of(JsonValue.parse(members));
    }
}
