/** JSON-RPC frames: read once, strictly; edited by span. */
@NullMarked
package dev.ilura.internal.wire;

import org.jspecify.annotations.NullMarked;
