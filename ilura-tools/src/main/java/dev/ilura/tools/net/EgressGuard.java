package dev.ilura.tools.net;

import dev.ilura.text.IpAddress;
import dev.ilura.tools.HostNames;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Decides which addresses may be connected to, and sees to it that no others are. A name is resolved once; all of its
 * addresses are checked; the connection goes to one of these very addresses, and the socket checks it once more. The attack:
 * a name that has a public address when it is checked and a private one when it is used. Thread-safe.
 */
final class EgressGuard implements DnsResolver {
    private final HostNames names;
    private final List<AddressRange> more;
    private final Optional<Proxy> proxy;
    private final Set<InetSocketAddress> proxyAddresses = ConcurrentHashMap.newKeySet();
    private final Departure departure;

    EgressGuard(HostNames names, List<AddressRange> more, Optional<Proxy> proxy) {
        this(names, more, proxy, to -> {});
    }

    /** For tests: a guard that tells somebody of each connection that it lets pass. */
    EgressGuard(HostNames names, List<AddressRange> more, Optional<Proxy> proxy, Departure departure) {
        this.names = names;
        this.more = List.copyOf(more);
        this.proxy = proxy;
        this.departure = departure;
    }

    /** Told of a connection before it is made. */
    interface Departure {
        void to(InetSocketAddress address) throws IOException;
    }

    /** Whom the operator trusts to connect for us. */
    record Proxy(String host, int port) {}

    /** An address that must not be connected to. */
    static final class BlockedException extends IOException {
        private static final long serialVersionUID = 1L;

        BlockedException(String message) {
            super(message);
        }
    }

    /** All addresses of a host, each of which may be connected to. */
    List<InetAddress> checked(String host) throws IOException {
        List<InetAddress> addresses = resolved(host);
        for (InetAddress address : addresses) {
            if (!isAllowed(address)) {
                // one bad address among good ones is enough: which one is used would be a matter of luck
                throw new BlockedException(
                        host + " has the address " + address.getHostAddress() + ", which is not public");
            }
        }
        return addresses;
    }

    private List<InetAddress> resolved(String host) throws UnknownHostException {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (IpAddress.v4(bare).or(() -> IpAddress.v6(bare)).isPresent()) {
            return List.of(InetAddress.getByName(bare));
        }
        List<InetAddress> addresses = names.addresses(host);
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return addresses;
    }

    boolean isAllowed(InetAddress address) {
        if (more.stream().anyMatch(range -> range.contains(address))) {
            return true;
        }
        if (address instanceof Inet6Address v6 && (v6.getScopeId() != 0 || v6.getScopedInterface() != null)) {
            return false;
        }
        String text = address.getHostAddress();
        return IpAddress.v4(text)
                .or(() -> IpAddress.v6(text))
                .filter(IpAddress::isPublic)
                .isPresent();
    }

    /** Asked by the client for whatever it is about to connect to. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        if (proxy.filter(via -> via.host().equals(host)).isPresent()) {
            List<InetAddress> addresses = resolved(host);
            addresses.forEach(address -> proxyAddresses.add(
                    new InetSocketAddress(address, proxy.get().port())));
            return addresses.toArray(new InetAddress[0]);
        }
        try {
            return checked(host).toArray(new InetAddress[0]);
        } catch (UnknownHostException e) {
            throw e;
        } catch (IOException e) {
            UnknownHostException blocked = new UnknownHostException(e.getMessage());
            blocked.initCause(e);
            throw blocked;
        }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /** A socket that connects nowhere else. */
    Socket socket() {
        return new GuardedSocket();
    }

    private final class GuardedSocket extends Socket {
        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress inet)
                    || inet.isUnresolved()
                    || !(proxy.isPresent() ? proxyAddresses.contains(inet) : isAllowed(inet.getAddress()))) {
                throw new BlockedException("a connection to " + endpoint + " was about to be made");
            }
            departure.to(inet);
            super.connect(endpoint, timeout);
        }
    }
}
