/** Directories that are walked by handle, so that nobody can swap what is below a name. */
@NullMarked
package dev.ilura.tools.tree;

import org.jspecify.annotations.NullMarked;
