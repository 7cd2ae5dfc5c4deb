/**
 * The interfaces that applications and plugins implement: policy, approval, audit, transport, inspection. Each has a
 * {@code …Provider} that {@link java.util.ServiceLoader} only <em>finds</em>; configuration <em>selects</em> it by name.
 * A jar on the class path activates nothing by itself.
 */
@NullMarked
package dev.ilura.spi;

import org.jspecify.annotations.NullMarked;
