/** Scores over described cases: the product's own judges, fed from files. */
@NullMarked
package dev.ilura.benchmarks.corpus;

import org.jspecify.annotations.NullMarked;
