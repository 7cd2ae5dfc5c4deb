package dev.ilura.transport.stdio;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a server may reach over the network. Left out, a server is confined as far as this machine can; said, it is a
 * demand, and where it cannot be enforced the server does not start.
 */
public final class Network {
    /** No network at all. */
    public static final Network NONE = new Network(Kind.NONE, List.of());
    /** Any. */
    public static final Network ANY = new Network(Kind.ANY, List.of());

    private final Kind kind;
    private final List<String> hosts;

    private Network(Kind kind, List<String> hosts) {
        this.kind = kind;
        this.hosts = hosts;
    }

    /**
     * Only these hosts, by name.
     *
     * @throws IllegalArgumentException if there is none or one is no plain host name
     */
    public static Network hosts(List<String> hosts) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("no hosts: say Network.NONE");
        }
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
                throw new IllegalArgumentException("not a host name: " + host);
            }
        }
        return new Network(
                Kind.HOSTS,
                hosts.stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList());
    }

    /** Which of the three it is. */
    public Kind kind() {
        return kind;
    }

    /** The hosts, lower case and sorted; empty unless {@link Kind#HOSTS}. */
    public List<String> hosts() {
        return hosts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && kind == that.kind && hosts.equals(that.hosts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, hosts);
    }

    /** As in the configuration: {@code none}, {@code any}, or the hosts with commas. */
    @Override
    public String toString() {
        return kind == Kind.HOSTS ? String.join(",", hosts) : kind.name().toLowerCase(Locale.ROOT);
    }

    /** The kinds of demand. */
    public enum Kind {
        NONE,
        ANY,
        HOSTS
    }
}
