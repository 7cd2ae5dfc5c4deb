/**
 * Views of a log for other systems: OCSF events, OpenTelemetry log records, JSON lines. Only the log is evidence; a view says
 * which record it is of.
 */
@NullMarked
package dev.ilura.audit.export;

import org.jspecify.annotations.NullMarked;
