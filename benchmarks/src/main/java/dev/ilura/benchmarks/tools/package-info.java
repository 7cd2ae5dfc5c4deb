/** What the gateway's own tools cost. */
@NullMarked
package dev.ilura.benchmarks.tools;

import org.jspecify.annotations.NullMarked;
