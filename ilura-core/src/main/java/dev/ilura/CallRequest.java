package dev.ilura;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What an application asks for. Immutable; every method gives a changed copy.
 *
 * @param server the server's configured name
 * @param tool the server's own name of the tool
 * @param arguments the exact bytes
 * @param pod the permission scope
 * @param session names the caller's session in the log; calls of one session are linked
 * @param principal who calls
 * @param cause id of the call that triggered this one
 * @param traceparent W3C trace context
 * @param timeout overrides {@link Limits#callTimeout()}, downwards only
 */
public record CallRequest(
        String server,
        String tool,
        Arguments arguments,
        String pod,
        String session,
        String principal,
        Optional<String> cause,
        Optional<String> traceparent,
        Optional<Duration> timeout) {
    public CallRequest {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(pod, "pod");
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(principal, "principal");
    }

    /** A call in the default pod, without arguments. */
    public static CallRequest to(String server, String tool) {
        return new CallRequest(
                server,
                tool,
                Arguments.empty(),
                Pod.DEFAULT,
                "in-process",
                "local",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public CallRequest arguments(Arguments changed) {
        return new CallRequest(server, tool, changed, pod, session, principal, cause, traceparent, timeout);
    }

    public CallRequest inPod(String changed) {
        return new CallRequest(server, tool, arguments, changed, session, principal, cause, traceparent, timeout);
    }

    public CallRequest inSession(String changed) {
        return new CallRequest(server, tool, arguments, pod, changed, principal, cause, traceparent, timeout);
    }

    public CallRequest by(String changed) {
        return new CallRequest(server, tool, arguments, pod, session, changed, cause, traceparent, timeout);
    }

    public CallRequest causedBy(String call) {
        return new CallRequest(
                server, tool, arguments, pod, session, principal, Optional.of(call), traceparent, timeout);
    }

    public CallRequest traced(String context) {
        return new CallRequest(server, tool, arguments, pod, session, principal, cause, Optional.of(context), timeout);
    }

    public CallRequest within(Duration limit) {
        return new CallRequest(
                server, tool, arguments, pod, session, principal, cause, traceparent, Optional.of(limit));
    }
}
