/** Server-sent events: the bytes of a stream, and what they mean. */
@NullMarked
package dev.ilura.transport.sse.event;

import org.jspecify.annotations.NullMarked;
