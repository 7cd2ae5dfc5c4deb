/** MCP servers and clients over standard input and output. */
module dev.ilura.transport.stdio {
    requires dev.ilura.core;
    requires static org.jspecify;
}
