package dev.ilura.tools.net;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.TimeSource;
import dev.ilura.tools.HostNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** A guarded way to the network. Thread-safe. */
public final class Web implements AutoCloseable {
    private final WebClient client;

    /**
     * Opens it.
     *
     * @param more addresses that may be reached although they are not public
     * @param proxy host and port, or empty
     * @param trust whose certificates are good; empty: those of the JDK
     */
    public Web(
            HostNames names,
            List<AddressRange> more,
            Optional<java.net.InetSocketAddress> proxy,
            Optional<SSLContext> trust,
            FetchRules rules,
            TimeSource time) {
        Optional<EgressGuard.Proxy> via =
                proxy.map(address -> new EgressGuard.Proxy(address.getHostString(), address.getPort()));
        this.client = new WebClient(new EgressGuard(names, more, via), via, trust, rules, time);
    }

    /** The tools, which work once the way is open. */
    public static List<OwnTool> tools(Supplier<Web> web, FetchRules rules) {
        return new FetchTools(() -> web.get().client, rules).all();
    }

    @Override
    public void close() {
        client.close();
    }
}
