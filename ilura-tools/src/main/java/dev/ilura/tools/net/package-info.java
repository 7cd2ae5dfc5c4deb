/** The tools of {@code network}. */
@NullMarked
package dev.ilura.tools.net;

import org.jspecify.annotations.NullMarked;
