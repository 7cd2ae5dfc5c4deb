/** A small MCP server, written as people write servers, for the demo and the tests. */
@NullMarked
package dev.ilura.gateway.demo;

import org.jspecify.annotations.NullMarked;
