/** MCP servers and clients over standard input and output, and the judgement over what may be started. */
module dev.ilura.transport.stdio {
    requires transitive dev.ilura.core;
    requires static org.jspecify;

    exports dev.ilura.transport.stdio;
    exports dev.ilura.transport.stdio.spawn;

    provides dev.ilura.spi.TransportProvider with
            dev.ilura.transport.stdio.StdioTransportProvider;
}
