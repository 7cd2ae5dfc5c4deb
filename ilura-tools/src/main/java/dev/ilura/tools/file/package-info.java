/** The tools of {@code file_io}. */
@NullMarked
package dev.ilura.tools.file;

import org.jspecify.annotations.NullMarked;
