/** The tools of {@code time_machine} and their store. */
@NullMarked
package dev.ilura.tools.time;

import org.jspecify.annotations.NullMarked;
