/** Ilura behind the official MCP Java SDK. */
@NullMarked
package dev.ilura.adapter.mcpsdk;

import org.jspecify.annotations.NullMarked;
