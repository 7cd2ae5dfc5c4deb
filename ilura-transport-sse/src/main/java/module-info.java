/** MCP servers and clients over HTTP and HTTPS. */
module dev.ilura.transport.sse {
    requires transitive dev.ilura.core;
    requires static org.jspecify;
}
