package dev.ilura.policy;

import dev.ilura.text.VisibleText;
import java.util.Objects;

/**
 * Names tools of servers: {@code server/tool}, where {@code *} stands for any characters but {@code /} and {@code ?} for
 * one. Case counts.
 *
 * @param text as it was written
 */
public record ToolGlob(String text) {

    /**
     * @throws IllegalArgumentException unless there is exactly one {@code /} with something on both sides and no other
     *     special character
     */
    public ToolGlob {
        Objects.requireNonNull(text, "text");
        int slash = text.indexOf('/');
        boolean wellFormed = slash > 0 && slash < text.length() - 1 && slash == text.lastIndexOf('/');
        if (!wellFormed || !text.chars().allMatch(ToolGlob::mayStandInGlob)) {
            throw new IllegalArgumentException("\"" + VisibleText.oneLine(text)
                    + "\" is no tool pattern: write server/tool, with * for any characters and ? for one");
        }
    }

    /** Brackets and braces mean something in other glob languages, and would silently mean nothing here. */
    private static boolean mayStandInGlob(int c) {
        return c > 0x20 && c < 0x7F && "[]{}!\\,\"'".indexOf(c) < 0;
    }

    /**
     * Whether it names this tool. What is no tool ({@code @prompt:…}, {@code @resource:…}, {@code @completion:…}) is only
     * named by a pattern that starts with {@code @} too, so that {@code files/*} opens tools and nothing else.
     */
    public boolean matches(String server, String tool) {
        int slash = text.indexOf('/');
        String glob = text.substring(slash + 1);
        return glob.startsWith("@") == tool.startsWith("@")
                && fits(text.substring(0, slash), server)
                && fits(glob, tool);
    }

    /** Whether it can name a tool of this server. */
    boolean mayName(String server) {
        return fits(text.substring(0, text.indexOf('/')), server);
    }

    /** Whether every tool of every server is named. */
    public boolean isEverything() {
        return text.equals("*/*");
    }

    /** Whether every tool that the other names is named by this one too. */
    boolean covers(ToolGlob other) {
        int slash = text.indexOf('/');
        int otherSlash = other.text.indexOf('/');
        return fits(text.substring(0, slash), other.text.substring(0, otherSlash))
                && fits(text.substring(slash + 1), other.text.substring(otherSlash + 1));
    }

    /** In a name that is a pattern itself, {@code *} and {@code ?} are only covered by a {@code *}, or by themselves. */
    private static boolean fits(String glob, String name) {
        int at = 0;
        int inName = 0;
        int star = -1;
        int afterStar = 0;
        while (inName < name.length()) {
            char wanted = at < glob.length() ? glob.charAt(at) : '\0';
            if (wanted == '*') {
                star = at++;
                afterStar = inName;
            } else if (at < glob.length()
                    && (wanted == name.charAt(inName) || (wanted == '?' && name.charAt(inName) != '*'))) {
                at++;
                inName++;
            } else if (star >= 0) {
                at = star + 1;
                inName = ++afterStar;
            } else {
                return false;
            }
        }
        return glob.substring(at).chars().allMatch(c -> c == '*');
    }

    @Override
    public String toString() {
        return text;
    }
}
