package dev.ilura.text;

/**
 * Makes text safe to show: whatever would not be seen as itself is written as an escape, so that nothing on a terminal,
 * a page or a log can hide, reorder or imitate. The attacks: terminal control sequences, bidirectional overrides
 * ("Trojan Source", CVE-2021-42574), zero-width and tag characters.
 */
public final class VisibleText {
    private VisibleText() {}

    /** Every character that is not plainly visible becomes {@code \}{@code u{X}}; line feeds and tabs do too. */
    public static String oneLine(String text) {
        return escape(text, false);
    }

    /** As {@link #oneLine}, but line feeds stay. */
    public static String block(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean keepLines) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if ((c == '\n' && keepLines) || isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                out.append("\\u{")
                        .append(Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT))
                        .append('}');
            }
        });
        return out.toString();
    }

    /** Whether a reader sees the character as itself. */
    public static boolean isPlain(int c) {
        if (c >= 0x20 && c < 0x7F) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> !isIgnorable(c);
        };
    }

    /** Default-ignorable characters that are letters or marks by type: fillers, joiners, variation selectors. */
    private static boolean isIgnorable(int c) {
        return c == 0x034F
                || c == 0x115F
                || c == 0x1160
                || c == 0x17B4
                || c == 0x17B5
                || (c >= 0x180B && c <= 0x180F)
                || c == 0x3164
                || c == 0xFFA0
                || (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0xE0000 && c <= 0xE0FFF);
    }
}
