package dev.ilura.tools;

import dev.ilura.spi.OwnTool;
import dev.ilura.spi.ToolProvider;
import dev.ilura.tools.net.AddressRange;
import dev.ilura.tools.net.FetchRules;
import dev.ilura.tools.net.Web;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code network}: {@code fetch} reads from the public internet, {@code send} sends to it; the second needs a rule of its
 * own like any tool. A name is resolved once, each of its addresses must be public or named here, and the connection goes
 * to one of these very addresses; each redirect is checked the same way. HTML becomes readable text; sizes, times, types
 * and requests per host are bounded; answers are cached as HTTP says; {@code robots.txt} is obeyed unless told otherwise.
 *
 * <p>Through a proxy it is the proxy that resolves and connects: names are then only checked beforehand.
 *
 * <p>Immutable until it joins a gateway; thread-safe.
 */
public final class Network implements ToolProvider {
    private final Plan plan;
    private final List<OwnTool> tools;
    private volatile @Nullable Web web;

    private Network(Plan plan) {
        this.plan = plan;
        this.tools = Web.tools(this::web, plan.rules());
    }

    private record Plan(
            HostNames names,
            List<AddressRange> more,
            Optional<InetSocketAddress> proxy,
            Optional<SSLContext> trust,
            FetchRules rules) {}

    /** Public addresses only. */
    public static Network guarded() {
        return new Network(
                new Plan(HostNames.system(), List.of(), Optional.empty(), Optional.empty(), FetchRules.DEFAULTS));
    }

    /**
     * The same, reaching these networks too, for example {@code 10.1.2.0/24}.
     *
     * @throws IllegalArgumentException if one is no network
     */
    public Network reaching(String... networks) {
        List<AddressRange> more =
                List.of(networks).stream().map(AddressRange::new).toList();
        return new Network(new Plan(plan.names(), more, plan.proxy(), plan.trust(), plan.rules()));
    }

    /** The same, finding addresses this way. */
    public Network resolving(HostNames names) {
        return new Network(new Plan(names, plan.more(), plan.proxy(), plan.trust(), plan.rules()));
    }

    /** The same through an HTTP proxy, which is trusted to connect where it should. */
    public Network through(String proxyHost, int proxyPort) {
        return new Network(new Plan(
                plan.names(),
                plan.more(),
                Optional.of(InetSocketAddress.createUnresolved(proxyHost, proxyPort)),
                plan.trust(),
                plan.rules()));
    }

    /** The same, believing the certificates that this context believes. */
    public Network trusting(SSLContext trust) {
        return new Network(new Plan(plan.names(), plan.more(), plan.proxy(), Optional.of(trust), plan.rules()));
    }

    /** The same without regard to {@code robots.txt}. */
    public Network ignoringRobots() {
        FetchRules old = plan.rules();
        return with(new FetchRules(old.bytes(), old.time(), old.perMinute(), old.types(), false, old.redirects()));
    }

    /**
     * The same with other bounds.
     *
     * @param bytes of a body, unpacked; at most 64 MiB
     * @param time for one fetch with its redirects
     * @param perMinute requests to one host
     * @throws IllegalArgumentException if one is not positive
     */
    public Network limits(long bytes, Duration time, int perMinute) {
        FetchRules old = plan.rules();
        return with(new FetchRules(bytes, time, perMinute, old.types(), old.robots(), old.redirects()));
    }

    /** The same, returning media types that begin like one of these. */
    public Network types(List<String> beginnings) {
        FetchRules old = plan.rules();
        return with(
                new FetchRules(old.bytes(), old.time(), old.perMinute(), beginnings, old.robots(), old.redirects()));
    }

    private Network with(FetchRules rules) {
        return new Network(new Plan(plan.names(), plan.more(), plan.proxy(), plan.trust(), rules));
    }

    @Override
    public String name() {
        return "network";
    }

    @Override
    public List<OwnTool> tools() {
        return tools;
    }

    @Override
    public void joins(Surroundings surroundings) {
        web = new Web(plan.names(), plan.more(), plan.proxy(), plan.trust(), plan.rules(), surroundings.time());
    }

    private Web web() {
        Web open = web;
        if (open == null) {
            throw new IllegalStateException("the network tools have joined no gateway");
        }
        return open;
    }

    @Override
    public void close() {
        Web open = web;
        if (open != null) {
            open.close();
        }
    }
}
