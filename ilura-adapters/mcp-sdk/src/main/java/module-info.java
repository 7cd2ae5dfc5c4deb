/**
 * Ilura inside applications that use the official MCP Java SDK: {@link dev.ilura.adapter.mcpsdk.GatewayTransport} puts
 * the gate into an existing client by one changed line.
 */
module dev.ilura.adapter.mcpsdk {
    requires transitive dev.ilura.core;
    requires transitive io.modelcontextprotocol.sdk.mcp.core;
    requires transitive reactor.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.ilura.adapter.mcpsdk;
}
