/** Passkeys: who has one, how one is enrolled, and whether one signed. */
@NullMarked
package dev.ilura.approval.passkey;

import org.jspecify.annotations.NullMarked;
