package dev.ilura.internal.call;

import dev.ilura.Arguments;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The requests that travel on: of a client to a server, or of a server to a client. All of them take the same road; what
 * differs is where in their {@code params} stands what is judged.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are made by List.of
public enum RelayedMethod {
    /** Its arguments are judged. */
    TOOL("tools/call", "", List.of("/name"), List.of()),
    /** Its arguments are judged. */
    PROMPT("prompts/get", "", List.of("/name"), List.of()),
    /** Its {@code uri} is judged. */
    RESOURCE("resources/read", "", List.of("/uri"), List.of("uri")),
    /** Its {@code uri} is judged. */
    SUBSCRIPTION("resources/subscribe", "", List.of("/uri"), List.of("uri")),
    /** What is to be completed is judged. */
    COMPLETION("completion/complete", "", List.of("/ref/name", "/ref/uri"), List.of("ref", "argument", "context")),
    /** Whose task it is is known by its id. */
    TASK_GET("tasks/get", "@task:get", List.of("/taskId"), List.of("taskId")),
    TASK_RESULT("tasks/result", "@task:result", List.of("/taskId"), List.of("taskId")),
    TASK_CANCEL("tasks/cancel", "@task:cancel", List.of("/taskId"), List.of("taskId")),
    TASK_UPDATE("tasks/update", "@task:update", List.of("/taskId"), List.of("taskId", "inputResponses")),
    /** A server asks; all of its params are judged. */
    SAMPLING("sampling/createMessage", "@sampling", List.of(), List.of()),
    ELICITATION("elicitation/create", "@elicitation", List.of(), List.of()),
    ROOTS("roots/list", "@roots", List.of(), List.of());

    private final String method;
    private final String target;
    private final List<String> subjects;
    private final List<String> judged;

    RelayedMethod(String method, String target, List<String> subjects, List<String> judged) {
        this.method = method;
        this.target = target;
        this.subjects = subjects;
        this.judged = judged;
    }

    /** The relayed method of this name. */
    public static Optional<RelayedMethod> of(String method) {
        return Arrays.stream(values())
                .filter(each -> each.method.equals(method))
                .findFirst();
    }

    /** What a server may ask a client by this name. */
    static Optional<RelayedMethod> question(String method) {
        return of(method).filter(each -> each == SAMPLING || each == ELICITATION || each == ROOTS);
    }

    /** What is asked for, as the client names it: a tool, a prompt, a URI, a task. */
    public Optional<String> subject(Frame frame) {
        return subjects.stream()
                .flatMap(pointer -> frame.param(pointer).stream())
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .findFirst();
    }

    /** What rules and records call it, where that does not depend on what is asked for. */
    public String target() {
        return target;
    }

    String method() {
        return method;
    }

    /** Whether the subject is {@code params.name} and the judged part {@code params.arguments}. */
    boolean isNamed() {
        return this == TOOL || this == PROMPT;
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
