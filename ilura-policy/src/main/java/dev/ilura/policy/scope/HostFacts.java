package dev.ilura.policy.scope;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known about the hosts behind URLs without fetching anything. Thread-safe. */
public interface HostFacts {
    /**
     * Every address of a name, as text; empty if addresses are not looked up. A name that has none is a list of none.
     *
     * @param host lower case, ASCII, without a trailing dot
     */
    Optional<List<String>> addresses(String host);

    /** Where a fetch of this URL is known to be sent on to; empty if unknown. */
    default Optional<String> redirect(String url) {
        return Optional.empty();
    }

    /**
     * Names are judged by what they say. This is the default: a look-up on the way of every call would let a slow name
     * server hold it up, and its answer need not be the one that the server behind the gate gets.
     */
    static HostFacts unresolved() {
        return Unresolved.INSTANCE;
    }

    /** Names are looked up by this machine's resolver, once per call; blocks as long as that does. */
    static HostFacts resolvedHere() {
        return host -> {
            List<String> addresses = new ArrayList<>();
            try {
                for (InetAddress address : InetAddress.getAllByName(host)) {
                    addresses.add(address.getHostAddress());
                }
            } catch (UnknownHostException unknown) {
                addresses.clear();
            }
            return Optional.of(addresses);
        };
    }

    /** Knows nothing. */
    enum Unresolved implements HostFacts {
        INSTANCE;

        @Override
        public Optional<List<String>> addresses(String host) {
            return Optional.empty();
        }
    }
}
