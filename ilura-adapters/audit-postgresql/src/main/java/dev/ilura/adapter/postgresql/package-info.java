/** An audit sink onto PostgreSQL. */
@NullMarked
package dev.ilura.adapter.postgresql;

import org.jspecify.annotations.NullMarked;
