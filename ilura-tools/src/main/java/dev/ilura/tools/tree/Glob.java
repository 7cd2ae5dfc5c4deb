package dev.ilura.tools.tree;

import java.util.regex.Pattern;

/**
 * A glob as file tools know it: {@code *} and {@code ?} stay within a name, {@code **} crosses directories and may stand
 * for none, {@code [a-z]} and {@code {a,b}} choose. Names that start with a dot are names like others. Matching takes time
 * linear in the text for each star. Immutable.
 */
public final class Glob {
    private static final int MAX_LENGTH = 512;
    private static final int MAX_STARS = 16;

    private final Pattern pattern;

    /** @throws IllegalArgumentException if it is no glob; the message says why */
    public Glob(String glob) {
        if (glob.length() > MAX_LENGTH || glob.chars().filter(c -> c == '*').count() > MAX_STARS) {
            throw new IllegalArgumentException(
                    "a pattern has at most " + MAX_LENGTH + " characters and " + MAX_STARS + " stars");
        }
        this.pattern = Pattern.compile(new Translation(glob).regex(), Pattern.DOTALL);
    }

    /** Whether the whole text, with {@code /} between names, matches. */
    public boolean matches(String path) {
        return pattern.matcher(path).matches();
    }

    private static final class Translation {
        private final String glob;
        private int at;
        private int depth;

        Translation(String glob) {
            this.glob = glob;
        }

        String regex() {
            StringBuilder regex = new StringBuilder();
            while (at < glob.length()) {
                regex.append(next(glob.charAt(at)));
            }
            if (depth > 0) {
                throw new IllegalArgumentException("a '{' has no '}'");
            }
            return regex.toString();
        }

        private String next(char c) {
            switch (c) {
                case '*' -> {
                    return star();
                }
                case '?' -> {
                    at++;
                    return "[^/]";
                }
                case '[' -> {
                    return choice();
                }
                case '{' -> {
                    at++;
                    depth++;
                    return "(?:";
                }
                case '}' -> {
                    at++;
                    if (depth == 0) {
                        return "\\}";
                    }
                    depth--;
                    return ")";
                }
                case ',' -> {
                    at++;
                    return depth > 0 ? "|" : ",";
                }
                default -> {
                    at++;
                    return Pattern.quote(String.valueOf(c));
                }
            }
        }

        private String star() {
            if (glob.startsWith("**/", at)) {
                at += 3;
                return "(?:.*/)?";
            }
            if (glob.startsWith("**", at)) {
                at += 2;
                return ".*";
            }
            at++;
            return "[^/]*";
        }

        private String choice() {
            int end = glob.indexOf(']', at + 2);
            if (end < 0) {
                throw new IllegalArgumentException("a '[' has no ']'");
            }
            String inside = glob.substring(at + 1, end);
            at = end + 1;
            boolean not = inside.startsWith("!") || inside.startsWith("^");
            String set = not ? inside.substring(1) : inside;
            StringBuilder regex = new StringBuilder(not ? "[^/" : "[");
            for (int i = 0; i < set.length(); i++) {
                char c = set.charAt(i);
                regex.append("\\[]^&".indexOf(c) >= 0 ? "\\" : "").append(c);
            }
            return regex.append(']').toString();
        }
    }
}
