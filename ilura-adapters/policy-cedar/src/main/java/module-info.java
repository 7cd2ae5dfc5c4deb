/** Cedar policies as a policy engine. */
module dev.ilura.adapter.cedar {
    requires transitive dev.ilura.core;
    requires static org.jspecify;
}
