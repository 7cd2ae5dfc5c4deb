/** The {@code ilura} command. */
@NullMarked
package dev.ilura.gateway.cli;

import org.jspecify.annotations.NullMarked;
