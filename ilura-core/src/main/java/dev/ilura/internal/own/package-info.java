/** Tools that run in this process, behind the same gate as everything else. */
@NullMarked
package dev.ilura.internal.own;

import org.jspecify.annotations.NullMarked;
