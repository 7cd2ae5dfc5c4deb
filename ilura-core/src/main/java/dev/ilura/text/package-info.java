/** Text that people read: made visible, so that nothing shown can hide or imitate something else. */
@NullMarked
package dev.ilura.text;

import org.jspecify.annotations.NullMarked;
