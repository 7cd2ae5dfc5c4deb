/** The reference audit sink. */
@NullMarked
package dev.ilura.audit;

import org.jspecify.annotations.NullMarked;
