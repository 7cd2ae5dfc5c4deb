package dev.ilura.internal.upstream;

import dev.ilura.Inventory.Quarantined;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.internal.wire.McpHeaders;
import dev.ilura.json.JsonValue;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds on to the first sight of every tool. A tool whose description, schema or any other member differs from its pin
 * is not callable: the attack is the rug pull, a server that changes a tool after people have come to trust it.
 *
 * <p>Pins live as long as the gateway, and hold for every connection to the server. Thread-safe.
 */
final class Pins {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,128}");

    private final ServerSpec.PinMode mode;
    private final Map<String, String> digests = new HashMap<>();

    Pins(ServerSpec.PinMode mode) {
        this.mode = mode;
    }

    /** What of a listing is callable. */
    record Admission(Map<String, Tool> entries, List<Quarantined> quarantined) {}

    synchronized Admission admit(Offer offer, List<JsonValue> listed) {
        Map<String, Tool> entries = new LinkedHashMap<>();
        List<Quarantined> quarantined = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonValue entry : listed) {
            String name = entry.member(offer.key())
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .orElse("");
            String target = offer.target(name);
            if (!NAME.matcher(name).matches()) {
                quarantined.add(new Quarantined(
                        VisibleText.oneLine(name),
                        "ILR-PIN-003",
                        "A tool name has letters, digits and _ . / - only, at most 128."));
            } else if (offer == Offer.TOOLS
                    && McpHeaders.paramsOf(entry.member("inputSchema")).isEmpty()) {
                quarantined.add(new Quarantined(
                        target, "ILR-PIN-005", "The tool's schema has an x-mcp-header that is not allowed there."));
            } else if (!seen.add(name)) {
                entries.remove(target);
                quarantined.add(new Quarantined(target, "ILR-PIN-004", "The server lists two tools of this name."));
            } else {
                Tool tool = Tool.named(target, entry);
                String pinned = digests.get(target);
                if (pinned == null && mode == ServerSpec.PinMode.REVIEW) {
                    quarantined.add(new Quarantined(
                            target, "ILR-PIN-002", "Nobody has looked at this tool yet (pins = review)."));
                } else if (pinned != null && !pinned.equals(tool.digest())) {
                    quarantined.add(new Quarantined(
                            target,
                            "ILR-PIN-001",
                            "The tool is not the one that was pinned (" + pinned.substring(0, 12) + ", now "
                                    + tool.digest().substring(0, 12) + ")."));
                } else {
                    digests.putIfAbsent(target, tool.digest());
                    entries.put(target, tool);
                }
            }
        }
        return new Admission(entries, quarantined);
    }
}
