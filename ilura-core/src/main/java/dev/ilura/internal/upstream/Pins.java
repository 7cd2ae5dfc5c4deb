package dev.ilura.internal.upstream;

import dev.ilura.Inventory.Quarantined;
import dev.ilura.ServerSpec;
import dev.ilura.Tool;
import dev.ilura.internal.wire.McpHeaders;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ManifestReview.Remark;
import dev.ilura.spi.PinStore.Pinned;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * Holds on to the first sight of everything a server says about itself. What differs from its pin, and what turns up in a
 * list that was pinned whole, is not callable: the attack is the rug pull, a server that changes a tool or adds one after
 * people have come to trust it.
 *
 * <p>A server may show other tools to clients that can be asked other things, so a list counts as pinned whole for those
 * capabilities only. The store is asked at every listing, so that a pin that a person gives counts from the next one on.
 * Pins hold for every connection to the server. Thread-safe.
 */
final class Pins {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,128}");
    private static final int LONGEST_DIFFERENCE = 1200;

    private final String server;
    private final ServerSpec.PinMode mode;
    private final Manifests manifests;
    private final ReentrantLock lock = new ReentrantLock();

    Pins(String server, ServerSpec.PinMode mode, Manifests manifests) {
        this.server = server;
        this.mode = mode;
        this.manifests = manifests;
    }

    /**
     * What of a listing is callable.
     *
     * @param warnings what is worth a look and keeps nothing from being called, one line each
     */
    record Admission(Map<String, Tool> entries, List<Quarantined> quarantined, List<String> warnings) {}

    /**
     * Compares a listing with what is pinned.
     *
     * @param shownTo what the client, as the server knows it, can be asked
     */
    Admission admit(Offer offer, JsonValue shownTo, List<JsonValue> listed) {
        lock.lock();
        try {
            return admission(offer, shownTo, listed);
        } finally {
            lock.unlock();
        }
    }

    private Admission admission(Offer offer, JsonValue shownTo, List<JsonValue> listed) {
        Pinned pinned;
        try {
            pinned = manifests.store().read(server);
        } catch (RuntimeException e) {
            return unkept(offer, listed, e);
        }
        Sorting sorting = new Sorting(offer, shownTo, pinned);
        listed.forEach(sorting::add);
        if (mode == ServerSpec.PinMode.FIRST_USE && !sorting.kept().equals(pinned)) {
            try {
                manifests.store().write(server, sorting.kept());
            } catch (RuntimeException e) {
                return unkept(offer, listed, e);
            }
        }
        return sorting.admission();
    }

    /**
     * Compares the server's instructions with their pin; they name no tool, so nothing but they themselves is in doubt.
     *
     * @return why they are not those that were pinned, or what is worth a look in them
     */
    List<Quarantined> instructions(Optional<JsonValue> said) {
        lock.lock();
        try {
            Pinned pinned = manifests.store().read(server);
            JsonValue known = pinned.entries().get(Pinned.INSTRUCTIONS);
            JsonValue now = said.orElseGet(() -> JsonValue.of(""));
            if (known != null) {
                return known.equals(now) ? List.of() : List.of(changed(Pinned.INSTRUCTIONS, "ILR-PIN-006", known, now));
            }
            if (mode == ServerSpec.PinMode.FIRST_USE) {
                Map<String, JsonValue> entries = new LinkedHashMap<>(pinned.entries());
                entries.put(Pinned.INSTRUCTIONS, now);
                manifests.store().write(server, new Pinned(entries, pinned.lists()));
            }
            return manifests.review().instructions(server, now.text()).stream()
                    .map(remark -> new Quarantined(Pinned.INSTRUCTIONS, remark.code(), remark.what()))
                    .toList();
        } catch (RuntimeException e) {
            return List.of(new Quarantined(
                    Pinned.INSTRUCTIONS, "ILR-PIN-009", VisibleText.oneLine("The pins cannot be kept: " + e + ".")));
        } finally {
            lock.unlock();
        }
    }

    private Quarantined changed(String target, String code, JsonValue pinned, JsonValue now) {
        String what = target.equals(Pinned.INSTRUCTIONS) ? "The instructions are" : "The tool is";
        List<String> differences = manifests.review().changes(pinned, now);
        String shown = differences.isEmpty()
                ? "(" + Tool.named(target, pinned).digest().substring(0, 12) + ", now "
                        + Tool.named(target, now).digest().substring(0, 12) + ")"
                : "- " + String.join("; ", differences);
        String bounded = shown.length() > LONGEST_DIFFERENCE ? shown.substring(0, LONGEST_DIFFERENCE) + "..." : shown;
        return new Quarantined(target, code, what + " not what was pinned " + bounded + ".");
    }

    /** Doubt: what cannot be compared cannot be called. */
    private Admission unkept(Offer offer, List<JsonValue> listed, RuntimeException why) {
        String reason = VisibleText.oneLine("The pins cannot be kept: " + why.getMessage());
        List<Quarantined> all = listed.stream()
                .map(offer::read)
                .flatMap(Optional::stream)
                .map(entry -> new Quarantined(VisibleText.oneLine(entry.name()), "ILR-PIN-009", reason))
                .toList();
        return new Admission(Map.of(), all, List.of());
    }

    /** One listing on its way through. */
    private final class Sorting {
        private final Offer offer;
        private final boolean whole;
        private final Map<String, JsonValue> pins;
        private final Set<String> lists;
        private final Map<String, Tool> entries = new LinkedHashMap<>();
        private final List<Quarantined> quarantined = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private final Set<String> seen = new HashSet<>();
        private final Map<String, Boolean> pinnedNow = new HashMap<>();

        Sorting(Offer offer, JsonValue shownTo, Pinned pinned) {
            String list = list(offer, shownTo);
            this.offer = offer;
            this.whole = pinned.lists().contains(list);
            this.pins = new LinkedHashMap<>(pinned.entries());
            this.lists = new TreeSet<>(pinned.lists());
            this.lists.add(list);
        }

        private static String list(Offer offer, JsonValue shownTo) {
            List<String> capabilities =
                    shownTo.members().keySet().stream().sorted().toList();
            return capabilities.isEmpty() ? offer.method() : offer.method() + " for " + String.join(", ", capabilities);
        }

        void add(JsonValue entry) {
            String name = entry.member(offer.key())
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .orElse("");
            String target = offer.target(name);
            if (!NAME.matcher(name).matches()) {
                refuse(
                        VisibleText.oneLine(name),
                        "ILR-PIN-003",
                        "A tool name has letters, digits and _ . / - only, at most 128.");
            } else if (offer == Offer.TOOLS
                    && McpHeaders.paramsOf(entry.member("inputSchema")).isEmpty()) {
                refuse(target, "ILR-PIN-010", "The tool's schema has an x-mcp-header that is not allowed there.");
            } else if (!seen.add(name)) {
                entries.remove(target);
                if (Boolean.TRUE.equals(pinnedNow.remove(target))) {
                    pins.remove(target);
                }
                refuse(target, "ILR-PIN-004", "The server lists two tools of this name.");
            } else {
                compare(target, entry);
            }
        }

        private void compare(String target, JsonValue entry) {
            Tool tool = Tool.named(target, entry);
            JsonValue pinned = pins.get(target);
            if (pinned != null) {
                if (Tool.named(target, pinned).digest().equals(tool.digest())) {
                    entries.put(target, tool);
                } else {
                    quarantined.add(changed(target, "ILR-PIN-001", pinned, entry));
                }
            } else if (mode == ServerSpec.PinMode.REVIEW) {
                refuse(target, "ILR-PIN-002", "Nobody has looked at this tool yet (pins = review).");
            } else if (whole) {
                refuse(target, "ILR-PIN-005", "The tool was not there when the server was pinned.");
            } else {
                firstSight(target, tool);
            }
        }

        private void firstSight(String target, Tool tool) {
            Optional<Remark> objection = Optional.empty();
            for (Remark remark : remarks(tool)) {
                if (remark.refuses()) {
                    objection = objection.isPresent() ? objection : Optional.of(remark);
                } else {
                    warnings.add(target + ": " + remark.code() + " " + remark.what());
                }
            }
            if (objection.isPresent()) {
                refuse(target, objection.get().code(), objection.get().what());
            } else {
                pins.put(target, JsonValue.parse(tool.json().raw()));
                pinnedNow.put(target, true);
                entries.put(target, tool);
            }
        }

        private List<Remark> remarks(Tool tool) {
            try {
                return manifests.review().entry(server, tool);
            } catch (RuntimeException e) {
                return List.of(new Remark(
                        "ILR-PIN-008",
                        VisibleText.oneLine("The tool could not be looked at: " + e.getMessage()),
                        true));
            }
        }

        private void refuse(String target, String code, String why) {
            quarantined.add(new Quarantined(target, code, why));
        }

        Pinned kept() {
            return new Pinned(pins, lists);
        }

        Admission admission() {
            return new Admission(entries, List.copyOf(quarantined), List.copyOf(warnings));
        }
    }
}
