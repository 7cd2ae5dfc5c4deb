/** The way from clients over HTTP. */
@NullMarked
package dev.ilura.transport.sse.front;

import org.jspecify.annotations.NullMarked;
