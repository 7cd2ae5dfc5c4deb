/** Cedar as a policy engine. */
@NullMarked
package dev.ilura.adapter.cedar;

import org.jspecify.annotations.NullMarked;
