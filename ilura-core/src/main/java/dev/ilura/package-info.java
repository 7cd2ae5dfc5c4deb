/**
 * What an application sees: the {@link dev.ilura.Gateway} and the values that cross it. Start at
 * {@link dev.ilura.Gateway#builder()}.
 */
@NullMarked
package dev.ilura;

import org.jspecify.annotations.NullMarked;
