/**
 * Typed scopes: what one argument of a call may be. A {@link dev.ilura.policy.scope.Scope} reads a value the way the
 * server behind the gate will, and where a value has two readings it says so instead of picking one.
 */
@NullMarked
package dev.ilura.policy.scope;

import org.jspecify.annotations.NullMarked;
