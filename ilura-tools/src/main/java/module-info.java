/** Ilura's own MCP tools. */
module dev.ilura.tools {
    requires transitive dev.ilura.core;
    requires static org.jspecify;
}
