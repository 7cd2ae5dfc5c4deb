/** What the channels have in common. */
@NullMarked
package dev.ilura.approval.internal;

import org.jspecify.annotations.NullMarked;
