/** How the gate is wired. Not exported. */
@NullMarked
package dev.ilura.internal;

import org.jspecify.annotations.NullMarked;
