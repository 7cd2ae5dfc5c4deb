package dev.ilura;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through the gate: who calls which pinned tool of which server with which bytes. Immutable; this is
 * all a {@link dev.ilura.spi.PolicyEngine} gets to see.
 *
 * @param id unique over all calls of all gateways; time-ordered
 * @param session the session of the caller
 * @param pod the permission scope the caller is in
 * @param principal who calls, as the front established it; {@code "local"} for in-process and stdio callers
 * @param server the server's configured name
 * @param serverIdentity what the transport verified about the server, for example its launch digest
 * @param roots directories that the server and its path arguments may reach
 * @param tool the tool as pinned
 * @param arguments the exact bytes
 * @param cause the call that triggered this one, if known
 * @param traceparent W3C trace context the caller sent, if any; a claim, never a policy input
 */
public record ToolCall(
        String id,
        String session,
        String pod,
        String principal,
        String server,
        String serverIdentity,
        List<Path> roots,
        Tool tool,
        Arguments arguments,
        Optional<String> cause,
        Optional<String> traceparent) {

    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(pod, "pod");
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(serverIdentity, "serverIdentity");
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        roots = List.copyOf(roots);
    }

    /** {@code server/tool}, the name that rules and records use. */
    public String target() {
        return server + "/" + tool.name();
    }

    /** The same call with other arguments. */
    public ToolCall with(Arguments changed) {
        return new ToolCall(
                id, session, pod, principal, server, serverIdentity, roots, tool, changed, cause, traceparent);
    }

    /** The same call as it would reach this server and this tool. */
    public ToolCall reaching(String identityNow, Tool toolNow) {
        return new ToolCall(
                id, session, pod, principal, server, identityNow, roots, toolNow, arguments, cause, traceparent);
    }

    /** Starts building a call; meant for tests and for those who drive a policy by hand. */
    public static Builder to(String server, Tool tool) {
        return new Builder(server, tool);
    }

    /** Builds a call, with plain defaults for what is not given. */
    public static final class Builder {
        private final String server;
        private final Tool tool;
        private String id = "call";
        private String session = "session";
        private String pod = "default";
        private String principal = "local";
        private String serverIdentity = "unverified";
        private List<Path> roots = List.of();
        private Arguments arguments = Arguments.empty();
        private @Nullable String cause;
        private @Nullable String traceparent;

        private Builder(String server, Tool tool) {
            this.server = server;
            this.tool = tool;
        }

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder session(String session) {
            this.session = session;
            return this;
        }

        public Builder pod(String pod) {
            this.pod = pod;
            return this;
        }

        public Builder principal(String principal) {
            this.principal = principal;
            return this;
        }

        public Builder serverIdentity(String identity) {
            this.serverIdentity = identity;
            return this;
        }

        public Builder roots(List<Path> roots) {
            this.roots = List.copyOf(roots);
            return this;
        }

        public Builder arguments(Arguments arguments) {
            this.arguments = arguments;
            return this;
        }

        public Builder cause(@Nullable String cause) {
            this.cause = cause;
            return this;
        }

        public Builder traceparent(@Nullable String traceparent) {
            this.traceparent = traceparent;
            return this;
        }

        public ToolCall build() {
            return new ToolCall(
                    id,
                    session,
                    pod,
                    principal,
                    server,
                    serverIdentity,
                    roots,
                    tool,
                    arguments,
                    Optional.ofNullable(cause),
                    Optional.ofNullable(traceparent));
        }
    }
}
