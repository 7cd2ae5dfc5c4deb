/** Ilura behind the official MCP Java SDK: the SDK's client in front of the gate, the SDK's transport behind it. */
@NullMarked
package dev.ilura.adapter.mcpsdk;

import org.jspecify.annotations.NullMarked;
