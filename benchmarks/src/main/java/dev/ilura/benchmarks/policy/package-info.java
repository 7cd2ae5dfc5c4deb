/** What a decision costs. */
@NullMarked
package dev.ilura.benchmarks.policy;

import org.jspecify.annotations.NullMarked;
