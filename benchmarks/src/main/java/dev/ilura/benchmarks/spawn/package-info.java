/** What judging a command line costs. */
@NullMarked
package dev.ilura.benchmarks.spawn;

import org.jspecify.annotations.NullMarked;
