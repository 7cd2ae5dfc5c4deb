package dev.ilura;

import dev.ilura.json.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as the gate tells it to an {@link dev.ilura.spi.AuditSink}. The sink adds number, time and
 * hashes and makes an {@link AuditRecord} of it. Immutable.
 *
 * <p>Payloads (arguments, results, typed reasons) travel beside the facts and never in them: a sink keeps commitments and
 * decides whether the payload itself is kept, encrypted or dropped.
 */
public final class AuditEvent {
    /** What happened. */
    public enum Type {
        /** A gateway began to use this log. */
        GATEWAY_OPEN("gateway_open"),
        /** It ended in good order. */
        GATEWAY_CLOSE("gateway_close"),
        /** A caller connected. */
        SESSION_OPEN("session_open"),
        /** A caller left. */
        SESSION_CLOSE("session_close"),
        /** A server is about to be started or connected. */
        SERVER_START("server_start"),
        /** A server ended or was stopped. */
        SERVER_STOP("server_stop"),
        /** A server's tools were seen: first time, unchanged, or changed. */
        INVENTORY("inventory"),
        /** A call was decided and goes no further by itself: denied, or a human is asked. */
        DECISION("decision"),
        /** A human answered, or nobody did. */
        APPROVAL("approval"),
        /** A call is about to be carried out; on disk before the effect. */
        DISPATCH("dispatch"),
        /** How a dispatched call ended. */
        OUTCOME("outcome"),
        /** Something that earlier records point to is no longer as it was, for example a snapshot that was dropped. */
        NOTE("note");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        /** The name in the log. */
        public String label() {
            return label;
        }
    }

    private final Type type;
    private final Map<String, Object> facts;
    private final @Nullable Arguments arguments;
    private final @Nullable JsonValue result;
    private final @Nullable String statement;

    private AuditEvent(Builder builder) {
        this.type = builder.type;
        this.facts = Collections.unmodifiableMap(new TreeMap<>(builder.facts));
        this.arguments = builder.arguments;
        this.result = builder.result;
        this.statement = builder.statement;
    }

    /** Starts an event. */
    public static Builder of(Type type) {
        return new Builder(type);
    }

    /** Starts an event about a call, with everything the log keeps of it: ids, target, identities, digests. */
    public static Builder of(Type type, ToolCall call) {
        return new Builder(type)
                .fact("call", call.id())
                .fact("session", call.session())
                .fact("pod", call.pod())
                .fact("principal", call.principal())
                .fact("server", call.server())
                .fact("serverIdentity", call.serverIdentity())
                .fact("tool", call.tool().name())
                .fact("toolDigest", call.tool().digest())
                .fact("parent", call.cause().orElse(null))
                .fact("traceparent", call.traceparent().orElse(null));
    }

    public Type type() {
        return type;
    }

    /** Members of the record in key order; values are {@code String}, {@code Long} or {@code Boolean}. */
    public Map<String, Object> facts() {
        return facts;
    }

    /** A fact that is a string. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(facts.get(name))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }

    /** The call's arguments; a payload. */
    public Optional<Arguments> arguments() {
        return Optional.ofNullable(arguments);
    }

    /** The call's result; a payload. */
    public Optional<JsonValue> result() {
        return Optional.ofNullable(result);
    }

    /** What a human typed; a payload. */
    public Optional<String> statement() {
        return Optional.ofNullable(statement);
    }

    @Override
    public String toString() {
        return "AuditEvent[" + type.label() + " " + facts.getOrDefault("call", "") + "]";
    }

    /** Collects facts; a null value leaves the fact out. */
    public static final class Builder {
        private final Type type;
        private final Map<String, Object> facts = new TreeMap<>();
        private @Nullable Arguments arguments;
        private @Nullable JsonValue result;
        private @Nullable String statement;

        private Builder(Type type) {
            this.type = Objects.requireNonNull(type, "type");
        }

        public Builder fact(String name, @Nullable String value) {
            return put(name, value);
        }

        public Builder fact(String name, long value) {
            return put(name, value);
        }

        public Builder fact(String name, boolean value) {
            return put(name, value);
        }

        public Builder arguments(Arguments payload) {
            this.arguments = payload;
            return this;
        }

        public Builder result(JsonValue payload) {
            this.result = payload;
            return this;
        }

        public Builder statement(@Nullable String payload) {
            this.statement = payload;
            return this;
        }

        public AuditEvent build() {
            return new AuditEvent(this);
        }

        private Builder put(String name, @Nullable Object value) {
            if (value != null) {
                facts.put(name, value);
            }
            return this;
        }
    }
}
