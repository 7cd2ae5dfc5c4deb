/**
 * The log's bytes: frames, records, trees, keys and notes. JDK only, so that the verifier needs nothing else.
 */
@NullMarked
package dev.ilura.audit.format;

import org.jspecify.annotations.NullMarked;
