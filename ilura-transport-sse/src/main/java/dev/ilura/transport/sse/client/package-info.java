/** The way to a server over HTTP. */
@NullMarked
package dev.ilura.transport.sse.client;

import org.jspecify.annotations.NullMarked;
