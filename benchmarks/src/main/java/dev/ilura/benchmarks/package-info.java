/** JMH benchmarks and load programs. */
@NullMarked
package dev.ilura.benchmarks;

import org.jspecify.annotations.NullMarked;
