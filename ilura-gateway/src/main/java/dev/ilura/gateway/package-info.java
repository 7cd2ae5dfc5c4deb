/** The runnable gateway. */
@NullMarked
package dev.ilura.gateway;

import org.jspecify.annotations.NullMarked;
