/** Ilura behind the official MCP Java SDK. */
module dev.ilura.adapter.mcpsdk {
    requires dev.ilura.core;
    requires static org.jspecify;
}
