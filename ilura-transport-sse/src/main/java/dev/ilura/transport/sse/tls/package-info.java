/** Certificates made and read, and keys that are known beforehand. */
@NullMarked
package dev.ilura.transport.sse.tls;

import org.jspecify.annotations.NullMarked;
