/**
 * What a server says about itself, inspected before a model reads it: names, hidden text, orders to the model, claims
 * that contradict each other, changes since a person looked. Pins are the control; what is found in texts is a warning.
 */
@NullMarked
package dev.ilura.policy.manifest;

import org.jspecify.annotations.NullMarked;
