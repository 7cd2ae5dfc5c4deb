/** The reference policy engine. */
module dev.ilura.policy {
    requires dev.ilura.core;
    requires static org.jspecify;
}
