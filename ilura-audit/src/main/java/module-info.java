/** The reference audit sink. */
module dev.ilura.audit {
    requires dev.ilura.core;
    requires static org.jspecify;
}
