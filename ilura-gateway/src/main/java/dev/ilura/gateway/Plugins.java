package dev.ilura.gateway;

import dev.ilura.spi.ApprovalHandlerProvider;
import dev.ilura.spi.AuditSinkProvider;
import dev.ilura.spi.PolicyEngineProvider;
import dev.ilura.spi.Providers;
import dev.ilura.spi.ResponseInspectorProvider;
import dev.ilura.spi.ToolsProvider;
import dev.ilura.spi.TransportProvider;
import java.util.ServiceLoader;

/** What a configuration can name. A jar that is there and not named does nothing. */
record Plugins(
        Providers<TransportProvider> transports,
        Providers<PolicyEngineProvider> policies,
        Providers<ApprovalHandlerProvider> channels,
        Providers<AuditSinkProvider> sinks,
        Providers<ResponseInspectorProvider> inspectors,
        Providers<ToolsProvider> tools) {

    /**
     * @throws dev.ilura.IluraException ILR-SPI-001 if two of a kind have one name
     */
    static Plugins find() {
        return new Plugins(
                new Providers<>("transport", ServiceLoader.load(TransportProvider.class)),
                new Providers<>("policy", ServiceLoader.load(PolicyEngineProvider.class)),
                new Providers<>("approval channel", ServiceLoader.load(ApprovalHandlerProvider.class)),
                new Providers<>("audit sink", ServiceLoader.load(AuditSinkProvider.class)),
                new Providers<>("result inspector", ServiceLoader.load(ResponseInspectorProvider.class)),
                new Providers<>("tools", ServiceLoader.load(ToolsProvider.class)));
    }
}
