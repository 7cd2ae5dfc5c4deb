/** The runnable gateway: {@code config.toml}, the {@code ilura} command, and the demo's own MCP server. */
module dev.ilura.gateway {
    requires transitive dev.ilura.core;
    requires dev.ilura.policy;
    requires transitive dev.ilura.audit;
    requires transitive dev.ilura.transport.sse;
    requires dev.ilura.transport.stdio;
    requires dev.ilura.approval;
    requires dev.ilura.tools;
    requires info.picocli;
    requires org.tomlj;
    requires static org.jspecify;

    exports dev.ilura.gateway;

    opens dev.ilura.gateway.cli to
            info.picocli;

    uses dev.ilura.spi.ApprovalHandlerProvider;
    uses dev.ilura.spi.AuditSinkProvider;
    uses dev.ilura.spi.PolicyEngineProvider;
    uses dev.ilura.spi.ResponseInspectorProvider;
    uses dev.ilura.spi.ToolsProvider;
    uses dev.ilura.spi.TransportProvider;
}
