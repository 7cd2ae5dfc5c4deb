/**
 * Strict JSON over bytes: one reading of a text or none. What is accepted here has no duplicate keys, no lone surrogates
 * and no second interpretation, so the bytes that were judged can be sent on as they are.
 */
@NullMarked
package dev.ilura.json;

import org.jspecify.annotations.NullMarked;
