/**
 * Ways to ask a human before a call happens: at the terminal, or by whatever an embedding application has, put together
 * by lane with {@link dev.ilura.approval.Approvals}.
 *
 * <p>A handler only asks. That the answer is for exactly the call that runs, in time and used once, is enforced by the
 * gate.
 */
@NullMarked
package dev.ilura.approval;

import org.jspecify.annotations.NullMarked;
