package dev.ilura.internal;

import dev.ilura.AuditEvent;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Tool;
import dev.ilura.internal.call.Questioning;
import dev.ilura.internal.downstream.ClientSession;
import dev.ilura.internal.downstream.PodView;
import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Line;
import dev.ilura.internal.upstream.Neighbours;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.CanonicalJson;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes down what happens around calls: servers come and go, lists change, clients connect. For the log's completeness;
 * nothing waits for it. Thread-safe.
 */
final class Chronicle implements Upstream.Watcher, Neighbours.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Chronicle.class);
    private static final int NAMED = 8;
    private static final int LONGEST_REASON = 500;
    private static final int LONGEST_DEFINITION = 16_384;
    private static final int DEFINITIONS = 10_000;

    private final AuditSink audit;
    private final Listeners listeners;
    private final Collection<ClientSession> clients;
    private final Supplier<Questioning> questioning;
    /** Tools whose definition this gateway has recorded. */
    private final Set<String> defined = ConcurrentHashMap.newKeySet();

    private volatile boolean ended;

    /**
     * Writes to a log.
     *
     * @param clients those who are connected, whenever it is looked at
     * @param questioning takes what servers ask
     */
    Chronicle(
            AuditSink audit,
            Listeners listeners,
            Collection<ClientSession> clients,
            Supplier<Questioning> questioning) {
        this.audit = audit;
        this.listeners = listeners;
        this.clients = clients;
        this.questioning = questioning;
    }

    /** Takes a last event down. The log is closed after it, so what happens later is not taken down. */
    void end(AuditEvent.Builder last) {
        note(last);
        ended = true;
    }

    void note(AuditEvent.Builder event) {
        if (ended) {
            return;
        }
        try {
            audit.append(event.build(), Acknowledgement.QUEUED).whenComplete((receipt, failure) -> {
                if (failure != null) {
                    LOG.warn("the log did not take an event: {}", failure.getMessage());
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("the log did not take an event: {}", e.getMessage());
        }
    }

    @Override
    public void listed(
            Upstream upstream,
            String identity,
            Offer offer,
            List<Tool> entries,
            List<Quarantined> quarantined,
            List<String> warnings) {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.INVENTORY)
                .fact("server", upstream.name())
                .fact("serverIdentity", identity)
                .fact("offer", offer.method())
                .fact("entries", entries.size())
                .fact("entriesDigest", PodView.digest(entries));
        if (!quarantined.isEmpty()) {
            event.fact("quarantined", quarantined.size()).fact("why", named(quarantined));
        }
        if (!warnings.isEmpty()) {
            event.fact("warnings", warnings.size())
                    .fact("warned", warnings.stream().limit(NAMED).collect(Collectors.joining("; ")));
        }
        note(event);
        quarantined.forEach(entry -> listeners.tell(listener -> listener.quarantined(upstream.name(), entry)));
        if (offer == Offer.TOOLS) {
            entries.forEach(tool -> define(upstream.name(), identity, tool));
            listeners.tell(listener -> listener.server(upstream.name(), "started", identity));
        }
    }

    @Override
    public void instructions(Upstream upstream, String identity, List<Quarantined> remarks) {
        note(AuditEvent.of(AuditEvent.Type.INVENTORY)
                .fact("server", upstream.name())
                .fact("serverIdentity", identity)
                .fact("offer", "initialize")
                .fact("quarantined", remarks.size())
                .fact("why", named(remarks)));
        remarks.forEach(remark -> listeners.tell(listener -> listener.quarantined(upstream.name(), remark)));
    }

    @Override
    public void clash(String server, Quarantined tool, boolean refused) {
        String why = named(List.of(tool));
        AuditEvent.Builder event =
                AuditEvent.of(AuditEvent.Type.INVENTORY).fact("server", server).fact("offer", Offer.TOOLS.method());
        note(
                refused
                        ? event.fact("quarantined", 1).fact("why", why)
                        : event.fact("warnings", 1).fact("warned", why));
        if (refused) {
            listeners.tell(listener -> listener.quarantined(server, tool));
        }
    }

    /** Calls are recorded with their tool's digest; here stands, once, what that digest is of. */
    private void define(String server, String identity, Tool tool) {
        String definition = new String(CanonicalJson.of(tool.json()), StandardCharsets.UTF_8);
        if (definition.length() <= LONGEST_DEFINITION
                && defined.size() < DEFINITIONS
                && defined.add(server + " " + tool.digest())) {
            note(AuditEvent.of(AuditEvent.Type.INVENTORY)
                    .fact("server", server)
                    .fact("serverIdentity", identity)
                    .fact("tool", tool.name())
                    .fact("toolDigest", tool.digest())
                    .fact("definition", definition));
        }
    }

    private static String named(List<Quarantined> quarantined) {
        return quarantined.stream()
                .limit(NAMED)
                .map(entry -> entry.tool() + ": " + entry.code() + " " + entry.reason())
                .collect(Collectors.joining("; "));
    }

    @Override
    public void changed(Line line, Offer offer) {
        clients.forEach(client -> client.changed(line, offer));
    }

    @Override
    public CompletableFuture<Caller.Said> asked(Line line, String identity, Caller caller, Frame question) {
        return questioning
                .get()
                .answer(
                        line,
                        identity,
                        caller,
                        question.method(),
                        question.params().orElse(Caller.NOTHING));
    }

    @Override
    public void ended(Upstream upstream, String identity, String code, String reason) {
        String shortened = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
        note(AuditEvent.of(AuditEvent.Type.SERVER_STOP)
                .fact("server", upstream.name())
                .fact("serverIdentity", identity)
                .fact("code", code)
                .fact("why", VisibleText.oneLine(shortened)));
        boolean orderly = code.equals("ILR-CALL-012");
        listeners.tell(listener -> listener.server(upstream.name(), orderly ? "stopped" : "failed", reason));
    }
}
