package dev.ilura.audit;

/** What one payload key covers, and with that what can be shredded at once. */
public enum PayloadScope {
    /** All calls of one session. */
    SESSION("session", "session"),
    /** All calls made for one principal, in all sessions: the subject who may ask for erasure. */
    SUBJECT("subject", "principal");

    private final String label;
    private final String fact;

    PayloadScope(String label, String fact) {
        this.label = label;
        this.fact = fact;
    }

    /** As a redaction record names it. */
    String label() {
        return label;
    }

    /** The fact of an event that names it. */
    String fact() {
        return fact;
    }
}
