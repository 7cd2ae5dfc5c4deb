/** The gateway's own tools: files inside given roots, a guarded fetch, and a time machine for what files were. */
module dev.ilura.tools {
    requires transitive dev.ilura.core;
    requires java.naming;
    requires io.github.javadiffutils;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.client5.httpclient5.cache;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.eclipse.jgit;
    requires org.jsoup;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.ilura.tools;

    provides dev.ilura.spi.ToolsProvider with
            dev.ilura.tools.FileIoProvider,
            dev.ilura.tools.NetworkProvider,
            dev.ilura.tools.TimeMachineProvider;
}
