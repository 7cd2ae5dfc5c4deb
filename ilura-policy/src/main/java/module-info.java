/** The reference policy engine: rules as data, typed scopes of arguments, manifests and results inspected. */
module dev.ilura.policy {
    requires transitive dev.ilura.core;
    requires json.schema;
    requires static org.jspecify;

    exports dev.ilura.policy;
    exports dev.ilura.policy.manifest;
    exports dev.ilura.policy.scope;

    provides dev.ilura.spi.PolicyEngineProvider with
            dev.ilura.policy.RulesPolicyProvider;
    provides dev.ilura.spi.ResponseInspectorProvider with
            dev.ilura.policy.ResultInspectorProvider;
}
