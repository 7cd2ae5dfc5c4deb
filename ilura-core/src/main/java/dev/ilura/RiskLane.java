package dev.ilura;

import java.util.Locale;

/** How much a human has to do before a call may happen. The order is by risk: a later lane is stricter. */
public enum RiskLane {
    /** Passes without a human. */
    LOW,
    /** A human confirms. */
    MEDIUM,
    /** A human confirms and types why. */
    HIGH,
    /** A human confirms with a passkey whose challenge is bound to this exact call. */
    CRITICAL;

    /** The name used in configuration, records and messages, for example {@code "high"}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stricter of two lanes. */
    public RiskLane stricter(RiskLane other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
