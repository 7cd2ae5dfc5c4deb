/** The runnable gateway. */
module dev.ilura.gateway {
    requires dev.ilura.core;
    requires dev.ilura.policy;
    requires dev.ilura.audit;
    requires dev.ilura.transport.stdio;
    requires dev.ilura.approval;
    requires static org.jspecify;
}
