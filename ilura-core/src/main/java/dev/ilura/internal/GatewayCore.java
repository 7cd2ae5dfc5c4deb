package dev.ilura.internal;

import dev.ilura.CallOutcome;
import dev.ilura.CallRequest;
import dev.ilura.Decision;
import dev.ilura.Gateway;
import dev.ilura.Inventory;
import dev.ilura.Limits;
import dev.ilura.Pod;
import dev.ilura.Resilience;
import dev.ilura.ServerSpec;
import dev.ilura.spi.ApprovalHandler;
import dev.ilura.spi.AuditSink;
import dev.ilura.spi.AuditTrail;
import dev.ilura.spi.GatewayListener;
import dev.ilura.spi.McpFront;
import dev.ilura.spi.ResponseInspector;
import dev.ilura.spi.TimeSource;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What a gateway is made of, and how its parts are wired. */
public final class GatewayCore {
    /** Everything the builder collected. */
    public record Parts(
            String name,
            List<ServerSpec> servers,
            List<Pod> pods,
            Optional<ApprovalHandler> approvals,
            AuditSink audit,
            List<ResponseInspector> inspectors,
            List<GatewayListener> listeners,
            Limits limits,
            Resilience resilience,
            TimeSource time) {}

    public GatewayCore(Parts parts) {}

    public CallOutcome call(CallRequest request) {
        throw new UnsupportedOperationException();
    }

    public CompletionStage<CallOutcome> callAsync(CallRequest request) {
        throw new UnsupportedOperationException();
    }

    public Decision explain(CallRequest request) {
        throw new UnsupportedOperationException();
    }

    public List<Gateway.Listing> tools(String pod) {
        throw new UnsupportedOperationException();
    }

    public Inventory inventory() {
        throw new UnsupportedOperationException();
    }

    public AuditTrail audit() {
        throw new UnsupportedOperationException();
    }

    public void serve(McpFront front, String pod) throws IOException {
        throw new UnsupportedOperationException();
    }

    public void close() {}
}
