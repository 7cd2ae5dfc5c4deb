package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Names that look like those of well-known publishers and packages and are others. The attack: a package that a person reads
 * as the one that everybody uses. Only what the eye confuses counts, and for long scopes one slip of a finger; a name that is
 * merely similar is somebody's own.
 */
final class Imitations {
    private static final List<String> KNOWN = Lists.lines("known-names.list");
    private static final Map<String, String> BY_LOOK =
            KNOWN.stream().collect(Collectors.toUnmodifiableMap(Imitations::look, name -> name));
    private static final int LONG = 10;

    private Imitations() {}

    /** The well-known name that this one could be taken for. */
    static Optional<String> imitated(String name) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            return lookalike(name);
        }
        String scope = name.substring(0, slash);
        return KNOWN.contains(scope) ? Optional.empty() : lookalike(scope).or(() -> mistyped(scope));
    }

    private static Optional<String> lookalike(String name) {
        return Optional.ofNullable(BY_LOOK.get(look(name))).filter(known -> !known.equals(name));
    }

    private static Optional<String> mistyped(String scope) {
        return KNOWN.stream()
                .filter(known -> known.startsWith("@") && known.length() >= LONG && isOneSlip(known, scope))
                .findFirst();
    }

    /** What is left of a name for the eye. */
    private static String look(String name) {
        return name.toLowerCase(java.util.Locale.ROOT)
                .replace("rn", "m")
                .replace("vv", "w")
                .replace('1', 'l')
                .replace('i', 'l')
                .replace('0', 'o')
                .replace('5', 's')
                .replaceAll("[-_.]", "");
    }

    /** One letter more, less or another, or two that changed places. */
    private static boolean isOneSlip(String a, String b) {
        int start = 0;
        while (start < Math.min(a.length(), b.length()) && a.charAt(start) == b.charAt(start)) {
            start++;
        }
        String restA = a.substring(start);
        String restB = b.substring(start);
        if (restA.isEmpty() || restB.isEmpty()) {
            return Math.abs(restA.length() - restB.length()) == 1;
        }
        return restA.substring(1).equals(restB)
                || restB.substring(1).equals(restA)
                || restA.substring(1).equals(restB.substring(1))
                || changedPlaces(restA, restB);
    }

    private static boolean changedPlaces(String a, String b) {
        return a.length() == b.length()
                && a.length() >= 2
                && a.charAt(0) == b.charAt(1)
                && a.charAt(1) == b.charAt(0)
                && a.substring(2).equals(b.substring(2));
    }
}
