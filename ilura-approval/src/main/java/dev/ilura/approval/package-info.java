/** The reference approval handlers. */
@NullMarked
package dev.ilura.approval;

import org.jspecify.annotations.NullMarked;
