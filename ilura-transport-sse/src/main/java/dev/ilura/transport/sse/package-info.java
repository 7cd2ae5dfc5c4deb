/** Streamable HTTP of both eras and the older HTTP+SSE, as client and as server. */
@NullMarked
package dev.ilura.transport.sse;

import org.jspecify.annotations.NullMarked;
