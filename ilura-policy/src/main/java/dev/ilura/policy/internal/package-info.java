/** Parts of the policy room that its packages share. Not for use from outside: it changes without notice. */
@NullMarked
package dev.ilura.policy.internal;

import org.jspecify.annotations.NullMarked;
