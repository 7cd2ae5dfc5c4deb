/** MCP servers and clients over HTTP and HTTPS. */
module dev.ilura.transport.sse {
    requires transitive dev.ilura.core;
    requires java.net.http;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.eclipse.jetty.server;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.ilura.transport.sse;
    exports dev.ilura.transport.sse.tls;

    provides dev.ilura.spi.TransportProvider with
            dev.ilura.transport.sse.HttpTransportProvider,
            dev.ilura.transport.sse.SseTransportProvider;
}
