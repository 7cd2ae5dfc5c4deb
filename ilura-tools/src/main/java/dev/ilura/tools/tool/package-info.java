/** What all own tools share: how they are described and how they read their arguments. */
@NullMarked
package dev.ilura.tools.tool;

import org.jspecify.annotations.NullMarked;
