/**
 * The approval page: cards on a desk, shown to a paired browser by a small loopback server.
 */
@NullMarked
package dev.ilura.approval.page;

import org.jspecify.annotations.NullMarked;
