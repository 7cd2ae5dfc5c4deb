package dev.ilura.gateway;

import dev.ilura.ApprovalAnswer;
import dev.ilura.AuditEvent;
import dev.ilura.AuditReceipt;
import dev.ilura.Decision;
import dev.ilura.RuleRef;
import dev.ilura.Secret;
import dev.ilura.ServerSpec;
import dev.ilura.ToolCall;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.PolicyEngine;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Settings;
import dev.ilura.spi.Transport;
import dev.ilura.spi.TransportProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Providers of each kind, called "scripted", that read a few keys and do nothing. */
public final class Scripted {
    private Scripted() {}

    /** Needs {@code command}; reads {@code args}, {@code env} and {@code roots}. */
    public static final class Transports implements TransportProvider {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public Optional<ServerSpec> create(String server, Settings settings, Settings root) {
            Optional<String> command = settings.text("command");
            if (command.isEmpty()) {
                settings.problem("command", "A server needs a command.", "Write command = \"...\".");
            }
            Server spec = new Server(server, settings.texts("args"), settings.secrets("env"), settings.paths("roots"));
            return command.map(present -> spec);
        }
    }

    /** What the transport read. */
    public record Server(String name, List<String> args, Map<String, Secret> env, List<Path> roots)
            implements ServerSpec {
        @Override
        public Transport transport() {
            return (receiver, gate) -> {
                throw new IOException("nothing is started here");
            };
        }
    }

    /** Reads {@code rules} with {@code tools} and {@code decision}; denies everything. */
    public static final class Policies implements PolicyEngineProvider {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public Optional<PolicyEngine> create(Settings settings) {
            for (Settings rule : settings.tables("rules")) {
                rule.texts("tools");
                Optional<String> decision = rule.text("decision");
                if (decision.isEmpty()) {
                    rule.problem("decision", "A rule needs a decision.", "Write allow, ask or deny.");
                } else if (!List.of("allow", "ask", "deny").contains(decision.get())) {
                    rule.problem("decision", "\"" + decision.get() + "\" is no decision.", "Write allow, ask or deny.");
                }
            }
            return Optional.of(new DenyAll());
        }
    }

    private static final class DenyAll implements PolicyEngine {
        @Override
        public Decision decide(ToolCall call) {
            return new Decision.Deny(RuleRef.NO_MATCH, "ILR-TEST-001", "Nothing is allowed.", List.of());
        }

        @Override
        public String version() {
            return "1";
        }
    }

    /** Reads {@code who}. */
    public static final class Channels implements ApprovalHandlerProvider {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public boolean check(Settings settings) {
            settings.text("who");
            return true;
        }

        @Override
        public Optional<ApprovalHandler> create(Settings settings) {
            return Optional.of(ticket -> new ApprovalAnswer.Refused("test", "scripted", "no"));
        }
    }

    /** Reads {@code color}; opening it leaves a file {@code log} in the state directory. */
    public static final class Sinks implements AuditSinkProvider {
        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public boolean check(Settings settings) {
            settings.text("color");
            settings.path("state_dir");
            return true;
        }

        @Override
        public Optional<AuditSink> create(Settings settings) {
            Path log = settings.path("state_dir").orElseThrow().resolve("log");
            try {
                Files.writeString(log, "opened\n");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return Optional.of(new Log(log));
        }
    }

    private record Log(Path file) implements AuditSink {
        @Override
        public CompletionStage<AuditReceipt> append(AuditEvent event, Acknowledgement level) {
            return CompletableFuture.completedFuture(new AuditReceipt(0, "00"));
        }

        @Override
        public void close() {
            try {
                Files.writeString(file, "closed\n");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
