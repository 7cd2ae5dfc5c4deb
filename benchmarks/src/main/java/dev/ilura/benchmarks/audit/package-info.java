/** What the log costs: appending, verifying, tracing. */
@NullMarked
package dev.ilura.benchmarks.audit;

import org.jspecify.annotations.NullMarked;
