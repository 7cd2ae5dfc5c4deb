package dev.ilura.tools.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a site wants programs to leave alone, RFC 9309. Immutable. */
final class RobotsTxt {
    /** Nothing is forbidden. */
    static final RobotsTxt ALLOWS_ALL = new RobotsTxt(List.of());

    /** Everything is: the site could not say. */
    static final RobotsTxt ALLOWS_NOTHING = new RobotsTxt(List.of(new Line(false, "/")));

    private static final int MAX_LINES = 10_000;
    private static final int MAX_PATTERN = 1000;

    private final List<Line> lines;

    private RobotsTxt(List<Line> lines) {
        this.lines = List.copyOf(lines);
    }

    private record Line(boolean allow, String pattern) {}

    /**
     * Reads the text for one program.
     *
     * @param product lower case, for example {@code ilura}
     */
    static RobotsTxt of(String text, String product) {
        List<Line> ours = new ArrayList<>();
        List<Line> everybodys = new ArrayList<>();
        boolean named = false;
        boolean forUs = false;
        boolean forAll = false;
        boolean inAgents = false;
        String[] all = text.split("\r\n|\r|\n", MAX_LINES + 1);
        for (int i = 0; i < Math.min(all.length, MAX_LINES); i++) {
            String line = all[i].replaceFirst("#.*", "").strip();
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String key = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (key.equals("user-agent")) {
                if (!inAgents) {
                    forUs = false;
                    forAll = false;
                }
                inAgents = true;
                forUs |= value.toLowerCase(Locale.ROOT).equals(product);
                forAll |= value.equals("*");
                named |= forUs;
            } else if (key.equals("allow") || key.equals("disallow")) {
                inAgents = false;
                if (!value.isEmpty() && value.length() <= MAX_PATTERN) {
                    Line rule = new Line(key.equals("allow"), value);
                    if (forUs) {
                        ours.add(rule);
                    }
                    if (forAll) {
                        everybodys.add(rule);
                    }
                }
            }
        }
        return new RobotsTxt(named ? ours : everybodys);
    }

    /** Whether the path with its query may be fetched: the longest pattern that matches says so, a tie allows. */
    boolean allows(String path) {
        int longest = -1;
        boolean allowed = true;
        for (Line line : lines) {
            if (matches(line.pattern(), path)) {
                int length = line.pattern().length();
                if (length > longest || (length == longest && line.allow())) {
                    longest = length;
                    allowed = line.allow();
                }
            }
        }
        return allowed;
    }

    /** {@code *} stands for anything, {@code $} at the end for the end; greedy from the left is enough for these. */
    private static boolean matches(String pattern, String path) {
        boolean whole = pattern.endsWith("$");
        String[] parts = (whole ? pattern.substring(0, pattern.length() - 1) : pattern).split("\\*", -1);
        if (!path.startsWith(parts[0])) {
            return false;
        }
        int at = parts[0].length();
        for (int i = 1; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            int found = last && whole ? path.length() - parts[i].length() : path.indexOf(parts[i], at);
            if (found < at || !path.startsWith(parts[i], found)) {
                return false;
            }
            at = found + parts[i].length();
        }
        return !whole || at == path.length();
    }
}
