/** Cedar policies as a policy engine. */
module dev.ilura.adapter.cedar {
    requires transitive dev.ilura.core;
    requires cedar.java;
    requires static org.jspecify;

    exports dev.ilura.adapter.cedar;

    provides dev.ilura.spi.PolicyEngineProvider with
            dev.ilura.adapter.cedar.CedarPolicyProvider;
}
