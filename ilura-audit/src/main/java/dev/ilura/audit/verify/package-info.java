/**
 * Checks a log without the code that wrote it. Needs nothing but a JDK: {@code java -cp ilura-audit.jar
 * dev.ilura.audit.verify.Verify DIR}.
 */
@NullMarked
package dev.ilura.audit.verify;

import org.jspecify.annotations.NullMarked;
