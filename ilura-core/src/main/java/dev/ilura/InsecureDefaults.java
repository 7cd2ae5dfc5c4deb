package dev.ilura;

/**
 * Choices that make a gateway weaker, spelled so that they can be searched for. Nothing in Ilura takes one of these by
 * itself.
 */
public final class InsecureDefaults {
    private InsecureDefaults() {}

    /** The gateway keeps no log. Decisions are enforced, and nobody can check afterwards that they were. */
    public static dev.ilura.spi.AuditSink noAuditLog() {
        return NoAuditLog.INSTANCE;
    }
}
