package dev.ilura.internal;

import dev.ilura.AuditEvent;
import dev.ilura.Inventory.Quarantined;
import dev.ilura.Tool;
import dev.ilura.internal.downstream.ClientSession;
import dev.ilura.internal.downstream.PodView;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.upstream.Upstream;
import dev.ilura.json.CanonicalJson;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditSink.Acknowledgement;
import dev.ilura.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes down what happens around calls: servers come and go, lists change, clients connect. For the log's completeness;
 * nothing waits for it. Thread-safe.
 */
final class Chronicle implements Upstream.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Chronicle.class);
    private static final int NAMED = 8;
    private static final int LONGEST_REASON = 500;
    private static final int LONGEST_DEFINITION = 16_384;
    private static final int DEFINITIONS = 10_000;

    private final AuditSink audit;
    private final Listeners listeners;
    private final Collection<ClientSession> clients;
    /** Tools whose definition this gateway has recorded. */
    private final Set<String> defined = ConcurrentHashMap.newKeySet();

    /**
     * Writes to a log.
     *
     * @param clients those who are connected, whenever it is looked at
     */
    Chronicle(AuditSink audit, Listeners listeners, Collection<ClientSession> clients) {
        this.audit = audit;
        this.listeners = listeners;
        this.clients = clients;
    }

    void note(AuditEvent.Builder event) {
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
            Upstream upstream, String identity, Offer offer, List<Tool> entries, List<Quarantined> quarantined) {
        AuditEvent.Builder event = AuditEvent.of(AuditEvent.Type.INVENTORY)
                .fact("server", upstream.name())
                .fact("serverIdentity", identity)
                .fact("offer", offer.method())
                .fact("entries", entries.size())
                .fact("entriesDigest", PodView.digest(entries));
        if (!quarantined.isEmpty()) {
            event.fact("quarantined", quarantined.size()).fact("why", named(quarantined));
        }
        note(event);
        if (offer == Offer.TOOLS) {
            entries.forEach(tool -> define(upstream.name(), identity, tool));
            listeners.tell(listener -> listener.server(upstream.name(), "started", identity));
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
    public void changed(Upstream upstream, Offer offer) {
        clients.forEach(client -> client.changed(upstream, offer));
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
