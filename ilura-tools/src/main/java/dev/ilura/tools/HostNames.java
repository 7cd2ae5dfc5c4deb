package dev.ilura.tools;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. Each answer is checked and then used; nobody asks again in between. Thread-safe. */
@FunctionalInterface
public interface HostNames {
    /**
     * All addresses of a name.
     *
     * @param host a name, lower case, without a trailing dot; never an address
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** What the system says. */
    static HostNames system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
