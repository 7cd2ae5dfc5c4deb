/** The reference approval handlers: ways to ask a human. */
module dev.ilura.approval {
    requires com.webauthn4j.core;
    requires transitive dev.ilura.core;
    requires java.net.http;
    requires jdk.httpserver;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.ilura.approval;

    provides dev.ilura.spi.ApprovalHandlerProvider with
            dev.ilura.approval.internal.ElicitationProvider,
            dev.ilura.approval.internal.PageProvider,
            dev.ilura.approval.internal.TerminalProvider,
            dev.ilura.approval.internal.WebhookProvider;
}
