package dev.ilura.policy.manifest;

import dev.ilura.Tool;
import dev.ilura.policy.internal.Disguises;
import dev.ilura.policy.manifest.ManifestFinding.Kind;
import dev.ilura.text.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of tools and keys: what may be one, and which are taken for one another. */
final class NameRules {
    private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?");
    private static final Set<String> RESERVED =
            Set.of("constructor", "prototype", "tostring", "valueof", "hasownproperty", "null", "undefined");
    private static final int MAX_KEY = 96;

    /** Below this length names differ by one letter all the time. */
    private static final int SHORTEST_TWIN = 6;

    private NameRules() {}

    static List<ManifestFinding> tool(String name) {
        String why = "";
        if (!TOOL.matcher(name).matches()) {
            why = "is no name: letters, digits, '_', '-' and '.' only, at most 64";
        } else if (name.contains("__")) {
            why = "imitates the qualified name of another server's tool";
        } else if (name.contains("..") || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            why = "means something else to programs";
        }
        return why.isEmpty() ? List.of() : List.of(new ManifestFinding(Kind.NAME, "/name", shown(name) + " " + why));
    }

    /** A key of an object: hidden characters, or a sentence instead of a name. */
    static List<ManifestFinding> key(String key, String place) {
        List<ManifestFinding> findings = new ArrayList<>(TextRules.hidden(key, place));
        if (key.length() > MAX_KEY) {
            findings.add(new ManifestFinding(Kind.NAME, place, "a key of " + key.length() + " characters"));
        }
        findings.addAll(TextRules.orders(key.replaceAll("[_.-]+", " "), place));
        return findings;
    }

    static List<ManifestFinding> collisions(Map<String, List<Tool>> toolsByServer) {
        List<ManifestFinding> findings = new ArrayList<>();
        twins(
                toolsByServer,
                (one, other, likeness) -> findings.add(new ManifestFinding(
                        Kind.COLLISION,
                        other.server() + "/" + shown(other.name()),
                        "is taken for " + one.server() + "/" + shown(one.name()))));
        return List.copyOf(findings);
    }

    /** Every pair of tools of different servers that are taken for one another, in the order of the servers. */
    static void twins(Map<String, List<Tool>> toolsByServer, Twins found) {
        List<Named> names = new ArrayList<>();
        toolsByServer.forEach((server, tools) ->
                tools.forEach(tool -> names.add(new Named(server, tool.name(), skeleton(tool.name())))));
        for (int i = 0; i < names.size(); i++) {
            for (Named other : names.subList(i + 1, names.size())) {
                Named one = names.get(i);
                if (!one.server().equals(other.server())) {
                    likeness(one, other).ifPresent(likeness -> found.accept(one, other, likeness));
                }
            }
        }
    }

    private static Optional<Likeness> likeness(Named one, Named other) {
        if (one.name().equals(other.name())) {
            return Optional.of(Likeness.SAME);
        }
        if (one.skeleton().equals(other.skeleton())) {
            return Optional.of(Likeness.LOOKS_ALIKE);
        }
        boolean slip = Math.min(one.skeleton().length(), other.skeleton().length()) >= SHORTEST_TWIN
                && Math.abs(one.skeleton().length() - other.skeleton().length()) <= 1
                && isOneSlipApart(one.skeleton(), other.skeleton())
                && !CommonVerbs.tellApart(one.name(), other.name());
        return slip ? Optional.of(Likeness.ONE_SLIP) : Optional.empty();
    }

    /** Told about each pair. */
    interface Twins {
        void accept(Named one, Named other, Likeness likeness);
    }

    /** How two names are taken for one another. */
    enum Likeness {
        /** They are the same name. */
        SAME,
        /** They are written differently and look the same, or differ in case and separators only. */
        LOOKS_ALIKE,
        /** One letter is missing, too many, another, or two are swapped. */
        ONE_SLIP
    }

    /** A tool of a server, and what is left of its name when everything that looks alike is one. */
    record Named(String server, String name, String skeleton) {}

    /** In the spirit of UTS 39: what is left of a name when everything that looks alike is one. */
    private static String skeleton(String name) {
        return Disguises.withoutHidden(name)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]", "")
                .replace('0', 'o')
                .replace('1', 'l')
                .replace('i', 'l') // a capital one, in most fonts
                .replace("rn", "m")
                .replace("vv", "w");
    }

    /** One letter too many, too few, another one, or two swapped. */
    private static boolean isOneSlipApart(String one, String other) {
        int start = 0;
        int shorter = Math.min(one.length(), other.length());
        while (start < shorter && one.charAt(start) == other.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
            end++;
        }
        String left = one.substring(start, one.length() - end);
        String right = other.substring(start, other.length() - end);
        boolean bothNumbers = left.matches("[0-9]*") && right.matches("[0-9]*");
        boolean swapped = left.length() == 2
                && new StringBuilder(left).reverse().toString().equals(right);
        return !bothNumbers && ((left.length() <= 1 && right.length() <= 1) || swapped);
    }

    private static String shown(String name) {
        return VisibleText.oneLine(name.length() > 80 ? name.substring(0, 80) + "..." : name);
    }
}
