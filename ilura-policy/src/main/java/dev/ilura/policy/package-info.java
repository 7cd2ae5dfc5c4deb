/** The reference policy engine. */
@NullMarked
package dev.ilura.policy;

import org.jspecify.annotations.NullMarked;
