/** The clients in front of the gate. */
@NullMarked
package dev.ilura.internal.downstream;

import org.jspecify.annotations.NullMarked;
