/**
 * For those who extend Ilura or test with it: contracts that an own {@code AuditSink}, {@code PolicyEngine} or
 * {@code ApprovalHandler} must hold, scripted peers on both sides of the gate, and a clock that tests turn by hand.
 */
module dev.ilura.testkit {
    requires transitive dev.ilura.core;
    requires static transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports dev.ilura.testkit;
}
