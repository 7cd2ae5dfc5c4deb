package dev.ilura.policy.scope;

import dev.ilura.text.UnclearValueException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** How an operating system reads the text of a path. */
public enum PathDialect {
    /** {@code /} separates, everything else is a name, case counts. */
    POSIX("/") {
        @Override
        void check(String text) throws UnclearValueException {
            if (DRIVE_OR_UNC.matcher(text).lookingAt()) {
                throw new UnclearValueException("looks like a Windows path, which this system would take for a name");
            }
            if (BACKSLASH_DOTS.matcher(text).find()) {
                throw new UnclearValueException("has '..' beside a backslash, which some programs take for '/'");
            }
        }

        @Override
        String key(String segment) {
            return segment;
        }
    },

    /** As {@link #POSIX} on a volume that ignores case and normalises names. */
    MACOS("/") {
        @Override
        void check(String text) throws UnclearValueException {
            POSIX.check(text);
            if (text.contains("..namedfork") || text.startsWith("/.vol/")) {
                throw new UnclearValueException("names a file by a back door of the file system");
            }
        }

        @Override
        String key(String segment) {
            return foldCase(segment);
        }
    },

    /** Drive letters; {@code \} and {@code /} separate; case does not count; many names mean devices. */
    WINDOWS("\\") {
        @Override
        void check(String text) throws UnclearValueException {
            if (text.startsWith("\\\\") || text.startsWith("//") || text.startsWith("\\/") || text.startsWith("/\\")) {
                throw new UnclearValueException("is a network or device path");
            }
            if (text.startsWith("\\")
                    || text.startsWith("/")
                    || DRIVE_RELATIVE.matcher(text).lookingAt()) {
                throw new UnclearValueException("depends on the current drive");
            }
            if (VARIABLE.matcher(text).find()) {
                throw new UnclearValueException("has a %VARIABLE%");
            }
        }

        @Override
        void checkSegment(String segment) throws UnclearValueException {
            if (segment.endsWith(".") || segment.endsWith(" ")) {
                throw new UnclearValueException("has a name that ends in a dot or a blank, which Windows drops");
            }
            if (segment.chars().anyMatch(c -> "<>:\"|?*".indexOf(c) >= 0)) {
                throw new UnclearValueException("has a character that means a stream, a wildcard or a device");
            }
            if (DEVICE.matcher(segment).matches()) {
                throw new UnclearValueException("names the device " + segment);
            }
            if (SHORT_NAME.matcher(segment).find()) {
                throw new UnclearValueException("has an 8.3 short name, which may stand for any long one");
            }
        }

        @Override
        boolean isSeparator(char c) {
            return c == '\\' || c == '/';
        }

        @Override
        String anchor(String text) {
            return text.length() >= 3 && text.charAt(1) == ':' && isSeparator(text.charAt(2))
                    ? text.substring(0, 2).toUpperCase(Locale.ROOT)
                    : "";
        }

        @Override
        boolean isAbsolute(String text) {
            return !anchor(text).isEmpty();
        }

        @Override
        String key(String segment) {
            return foldCase(segment);
        }
    };

    private static final Pattern DRIVE_OR_UNC = Pattern.compile("[A-Za-z]:[\\\\/]|\\\\");
    private static final Pattern BACKSLASH_DOTS = Pattern.compile("(^|[\\\\/])\\.\\.?\\\\|\\\\\\.\\.?($|[\\\\/])");
    private static final Pattern DRIVE_RELATIVE = Pattern.compile("[A-Za-z]:(?![\\\\/])");
    private static final Pattern DEVICE = Pattern.compile(
            "(?i)(con|prn|aux|nul|clock\\$|conin\\$|conout\\$|(com|lpt)[0-9\u00B9\u00B2\u00B3])[ ]*(\\..*)?");
    private static final Pattern VARIABLE = Pattern.compile("%[A-Za-z_][A-Za-z0-9_()]*%");
    private static final Pattern SHORT_NAME = Pattern.compile("~[0-9]");

    private final String separator;

    PathDialect(String separator) {
        this.separator = separator;
    }

    /** What this JVM runs on. */
    public static PathDialect ofThisSystem() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (os.startsWith("windows")) {
            return WINDOWS;
        }
        return os.startsWith("mac") ? MACOS : POSIX;
    }

    /** Refuses texts that this system reads in its own way. */
    abstract void check(String text) throws UnclearValueException;

    /** Refuses names that this system reads in its own way. */
    void checkSegment(String segment) throws UnclearValueException {}

    /** What two names have in common that this system takes for one. */
    abstract String key(String segment);

    boolean isSeparator(char c) {
        return c == '/';
    }

    /** What an absolute path starts with besides the separator: the drive on Windows, nothing elsewhere. */
    String anchor(String text) {
        return "";
    }

    boolean isAbsolute(String text) {
        return text.startsWith("/");
    }

    /** The names of a path in order, {@code .} and empty ones dropped, {@code ..} kept. */
    List<String> segments(String text) {
        List<String> segments = new ArrayList<>();
        int start = anchor(text).length();
        for (int i = start; i <= text.length(); i++) {
            if (i == text.length() || isSeparator(text.charAt(i))) {
                String segment = text.substring(start, i);
                if (!segment.isEmpty() && !segment.equals(".")) {
                    segments.add(segment);
                }
                start = i + 1;
            }
        }
        return segments;
    }

    String join(String anchor, List<String> segments) {
        return anchor + separator + String.join(separator, segments);
    }

    /** Case as file systems fold it, so that a long s is an s and a Kelvin sign a k. */
    private static String foldCase(String segment) {
        String decomposed = Normalizer.normalize(segment, Normalizer.Form.NFKD);
        return decomposed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
