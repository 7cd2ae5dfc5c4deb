/** Questions to a receiver of the operator's, signed both ways. */
@NullMarked
package dev.ilura.approval.webhook;

import org.jspecify.annotations.NullMarked;
