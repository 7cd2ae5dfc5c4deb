package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.Pod.ToolNames;
import dev.ilura.json.Digests;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names under which a client sees tools: {@code server__tool}, at most 64 characters of letters, digits, {@code _} and
 * {@code -}, because models' interfaces take no more. A name that two tools would get is given to neither: the attack is
 * a tool that takes another's place.
 */
final class ClientNames {
    private static final Logger LOG = LoggerFactory.getLogger(ClientNames.class);
    private static final int LONGEST = 64;
    private static final int HASH_LENGTH = 8;

    private final ToolNames rule;

    ClientNames(ToolNames rule) {
        this.rule = rule;
    }

    /**
     * Tools or prompts by the name the client sees, in the order of the listing.
     *
     * @param servers all servers of the pod
     */
    Map<String, Listing> of(List<Listing> tools, Collection<String> servers) {
        Map<String, Listing> named = new LinkedHashMap<>();
        Set<String> disputed = new HashSet<>();
        for (Listing tool : tools) {
            Optional<String> imitated = imitated(tool, servers);
            if (imitated.isPresent()) {
                LOG.warn(
                        "{} is not shown to clients: its name imitates one of server {}",
                        tool.target(),
                        imitated.get());
                continue;
            }
            String name = name(tool);
            if (named.putIfAbsent(name, tool) != null) {
                LOG.warn("{} is not shown to clients, and neither is another: both would be {}", tool.target(), name);
                disputed.add(name);
            }
        }
        named.keySet().removeAll(disputed);
        return named;
    }

    /** The server whose qualified names a tool's own name begins like: a model would take the one for the other. */
    private Optional<String> imitated(Listing tool, Collection<String> servers) {
        String own = own(tool);
        return rule.separator()
                .flatMap(separator -> servers.stream()
                        .filter(server -> own.startsWith(server + separator))
                        .findFirst());
    }

    private static String own(Listing listing) {
        return listing.tool().json().member("name").orElseThrow().text();
    }

    private String name(Listing listing) {
        String own = own(listing);
        String full = rule.separator()
                .map(separator -> listing.server() + separator + own)
                .orElse(own);
        String plain = full.replaceAll("[^A-Za-z0-9_-]", "_");
        if (rule.separator().isEmpty() || (plain.equals(full) && full.length() <= LONGEST)) {
            return full;
        }
        String hash = Digests.sha256Hex(full).substring(0, HASH_LENGTH);
        int head = Math.min(plain.length(), LONGEST - HASH_LENGTH - 1);
        return plain.substring(0, head) + "_" + hash;
    }
}
