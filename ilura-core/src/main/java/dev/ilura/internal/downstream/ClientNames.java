package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.Pod.ToolNames;
import dev.ilura.json.Digests;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names under which a client sees tools: {@code server__tool}, at most 64 characters of letters, digits, {@code _} and
 * {@code -}, because models' interfaces take no more. A name that two tools would get is given to neither: the attack is
 * a tool that takes another's place.
 */
final class ClientNames {
    private static final int LONGEST = 64;
    private static final int HASH_LENGTH = 8;

    private final ToolNames rule;

    ClientNames(ToolNames rule) {
        this.rule = rule;
    }

    /** Tools or prompts by the name the client sees, in the order of the listing. */
    Map<String, Listing> of(List<Listing> tools) {
        Map<String, Listing> named = new LinkedHashMap<>();
        Set<String> disputed = new HashSet<>();
        for (Listing tool : tools) {
            String name = name(tool);
            if (named.putIfAbsent(name, tool) != null) {
                disputed.add(name);
            }
        }
        named.keySet().removeAll(disputed);
        return named;
    }

    private String name(Listing listing) {
        String own = listing.tool().json().member("name").orElseThrow().text();
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
