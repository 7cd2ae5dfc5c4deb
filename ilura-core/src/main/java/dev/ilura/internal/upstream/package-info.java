/** The servers behind the gate: connections, handshake, inventory, pins, breaker, cache. */
@NullMarked
package dev.ilura.internal.upstream;

import org.jspecify.annotations.NullMarked;
