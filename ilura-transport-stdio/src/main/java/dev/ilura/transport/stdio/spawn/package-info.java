/**
 * What may be started: a pure judgement over a command line, rules and a view of the file system, without starting
 * anything.
 */
@NullMarked
package dev.ilura.transport.stdio.spawn;

import org.jspecify.annotations.NullMarked;
