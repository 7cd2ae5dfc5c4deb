/** Tools that Ilura serves itself: files, network, points in time. */
@NullMarked
package dev.ilura.tools;

import org.jspecify.annotations.NullMarked;
