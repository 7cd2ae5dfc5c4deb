/** The reference approval handlers: ways to ask a human. */
module dev.ilura.approval {
    requires transitive dev.ilura.core;
    requires static org.jspecify;

    exports dev.ilura.approval;

    provides dev.ilura.spi.ApprovalHandlerProvider with
            dev.ilura.approval.internal.TerminalProvider;
}
