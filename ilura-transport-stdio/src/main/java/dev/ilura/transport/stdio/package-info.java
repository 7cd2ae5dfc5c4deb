/** MCP servers and clients over standard input and output. */
@NullMarked
package dev.ilura.transport.stdio;

import org.jspecify.annotations.NullMarked;
