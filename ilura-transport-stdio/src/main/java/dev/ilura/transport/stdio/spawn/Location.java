package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An absolute path as text, in the notation of the system it is meant for, which need not be this one. It can be read in
 * one way only: nothing in it is expanded, climbs, repeats a separator or names a device.
 *
 * @param root {@code /}, or a drive such as {@code C:\}
 * @param segments names below it
 */
record Location(Os os, String root, List<String> segments) {
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[\\\\/].*");
    private static final Pattern SHORT_NAME = Pattern.compile(".*~[0-9].*");
    private static final Set<String> DEVICES = Set.of(
            "con", "prn", "aux", "nul", "conin$", "conout$", "com0", "com1", "com2", "com3", "com4", "com5", "com6",
            "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    Location {
        segments = List.copyOf(segments);
    }

    /** Reads what somebody wrote. */
    static Location of(Token token, Os os) {
        String text = token.text();
        requirePlain(token);
        if (os == Os.WINDOWS) {
            return windows(token, text);
        }
        if (!text.startsWith("/")) {
            throw refusal(token, "The path is not absolute, so the working directory would choose what it means.");
        }
        return new Location(os, "/", segments(token, os, text.substring(1), "/"));
    }

    /** Reads what the operator or the file system says, which is known to be absolute. */
    static Location known(String path, Os os) {
        return of(Token.aside(path), os);
    }

    static boolean isAbsolute(String text, Os os) {
        return os == Os.WINDOWS ? DRIVE.matcher(text).matches() : text.startsWith("/");
    }

    private static Location windows(Token token, String text) {
        if (text.startsWith("\\\\") || text.startsWith("//")) {
            throw refusal(token, "The path leads to another machine or past the usual reading of names.");
        }
        if (!DRIVE.matcher(text).matches()) {
            throw refusal(token, "The path is not absolute, so the working directory would choose what it means.");
        }
        String drive = text.substring(0, 1).toUpperCase(Locale.ROOT) + ":\\";
        return new Location(Os.WINDOWS, drive, segments(token, Os.WINDOWS, text.substring(3), "[\\\\/]"));
    }

    /** Nothing is ever expanded; what looks like it was meant to be is a mistake or a trick. */
    private static void requirePlain(Token token) {
        if (token.text().isEmpty()) {
            throw refusal(token, "The path is empty.");
        }
        for (char sign : new char[] {'$', '%', '`', '*', '?'}) {
            if (token.text().indexOf(sign) >= 0) {
                throw refusal(token, "The path has a '" + sign + "'; nothing is expanded here.");
            }
        }
        if (token.text().startsWith("~")) {
            throw refusal(token, "The path starts with '~'; nothing is expanded here.");
        }
    }

    private static List<String> segments(Token token, Os os, String below, String separator) {
        String trimmed = below.endsWith("/") || (os == Os.WINDOWS && below.endsWith("\\"))
                ? below.substring(0, below.length() - 1)
                : below;
        if (trimmed.isEmpty()) {
            return List.of();
        }
        List<String> segments = List.of(trimmed.split(separator, -1));
        segments.forEach(segment -> requireOneReading(token, os, segment));
        return segments;
    }

    private static void requireOneReading(Token token, Os os, String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw refusal(token, "The path climbs or repeats itself (\"..\", \".\" or an empty name).");
        }
        if (!segment.strip().equals(segment)) {
            throw refusal(token, "A name in the path starts or ends with a blank.");
        }
        if (os != Os.WINDOWS && segment.indexOf('\\') >= 0) {
            throw refusal(token, "A name in the path has a backslash, which is a separator elsewhere.");
        }
        if (os == Os.WINDOWS && isAmbiguousOnWindows(segment)) {
            throw refusal(token, "A name in the path is a device, a stream or a short name, or ends with a dot.");
        }
    }

    private static boolean isAmbiguousOnWindows(String segment) {
        String stem = segment.contains(".") ? segment.substring(0, segment.indexOf('.')) : segment;
        return segment.endsWith(".")
                || segment.indexOf(':') >= 0
                || SHORT_NAME.matcher(segment).matches()
                || DEVICES.contains(stem.toLowerCase(Locale.ROOT));
    }

    private static Refusal refusal(Token token, String what) {
        return new Refusal("ILR-SPAWN-005", what, token, "Write the whole path as the system itself names it.");
    }

    /** The last name; empty for a root. */
    String name() {
        return segments.isEmpty() ? "" : segments.get(segments.size() - 1);
    }

    Location parent() {
        return new Location(os, root, segments.subList(0, Math.max(0, segments.size() - 1)));
    }

    /** A place below this one. */
    Location resolve(Token relative) {
        String separator = os == Os.WINDOWS ? "[\\\\/]" : "/";
        List<String> all = new java.util.ArrayList<>(segments);
        requirePlain(relative);
        all.addAll(segments(relative, os, relative.text(), separator));
        return new Location(os, root, all);
    }

    /**
     * How many names of this path a pattern covers, if this path is the place it stands for or lies below it; -1 if not. In
     * a pattern {@code *} is one name; one that starts with {@code *}{@code /} may begin anywhere.
     */
    int depthUnder(String pattern) {
        if (pattern.startsWith("*/")) {
            return depthAnywhere(List.of(pattern.substring(2).split("/", -1)));
        }
        String wanted = os == Os.WINDOWS ? pattern.replace('\\', '/') : pattern;
        String prefix = os == Os.WINDOWS ? root.replace('\\', '/') : root;
        if (!wanted.regionMatches(true, 0, prefix, 0, prefix.length())) {
            return -1;
        }
        String below = wanted.substring(prefix.length());
        List<String> names = below.isEmpty() ? List.of() : List.of(below.split("/", -1));
        return matchesAt(0, names) ? names.size() : -1;
    }

    boolean isUnder(String pattern) {
        return depthUnder(pattern) >= 0;
    }

    private int depthAnywhere(List<String> names) {
        for (int from = 0; from + names.size() <= segments.size(); from++) {
            if (matchesAt(from, names)) {
                return from + names.size();
            }
        }
        return -1;
    }

    private boolean matchesAt(int from, List<String> names) {
        if (from + names.size() > segments.size()) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            if (!sameName(names.get(i), segments.get(from + i))) {
                return false;
            }
        }
        return true;
    }

    private boolean sameName(String wanted, String name) {
        if (wanted.equals("*")) {
            return true;
        }
        if (wanted.startsWith("*.")) {
            return name.endsWith(wanted.substring(1));
        }
        return os == Os.LINUX ? wanted.equals(name) : wanted.equalsIgnoreCase(name);
    }

    /** Whether both are the same place, as far as text can tell. */
    boolean same(Location other) {
        return os == other.os
                && root.equals(other.root)
                && segments.size() == other.segments.size()
                && matchesAt(0, other.segments);
    }

    /** In the notation of its system. */
    String text() {
        return root + String.join(os == Os.WINDOWS ? "\\" : "/", segments);
    }

    @Override
    public String toString() {
        return text();
    }
}
