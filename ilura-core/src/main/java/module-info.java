/**
 * The gate itself: the {@linkplain dev.ilura.Gateway gateway}, the ten stages every call passes, and the interfaces that
 * applications plug into.
 *
 * <p>Core knows no HTTP server, no cryptographic provider and no logging backend; every room of the house depends on
 * core, and core on none of them.
 */
module dev.ilura.core {
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires io.github.resilience4j.circuitbreaker;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.ilura;
    exports dev.ilura.json;
    exports dev.ilura.spi;
    exports dev.ilura.text;

    uses dev.ilura.spi.ApprovalHandlerProvider;
    uses dev.ilura.spi.AuditSinkProvider;
    uses dev.ilura.spi.PolicyEngineProvider;
    uses dev.ilura.spi.ResponseInspectorProvider;
    uses dev.ilura.spi.ToolsProvider;
    uses dev.ilura.spi.TransportProvider;
}
