/** Shutting a child process in: what it may read, write and reach, held by the operating system. */
@NullMarked
package dev.ilura.transport.stdio.confine;

import org.jspecify.annotations.NullMarked;
