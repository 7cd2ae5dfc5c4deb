/** Small programs, each answering one question. */
@NullMarked
package dev.ilura.examples;

import org.jspecify.annotations.NullMarked;
