/**
 * Doubles and contracts. {@link dev.ilura.testkit.ScriptedServer} stands behind a gate and
 * {@link dev.ilura.testkit.ScriptedClient} in front of it, {@link dev.ilura.testkit.MemoryAudit} is its log and
 * {@link dev.ilura.testkit.FakeTime} its clock; nothing here starts a process or sleeps. The {@code …Contract} classes are
 * abstract JUnit tests to extend.
 */
@NullMarked
package dev.ilura.testkit;

import org.jspecify.annotations.NullMarked;
