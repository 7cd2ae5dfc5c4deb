package dev.ilura.policy.internal;

import java.util.HashMap;
import java.util.Map;

/** Letters of other scripts that look like ASCII letters: the part of Unicode's confusables that names are made of. */
public final class Homoglyphs {
    private static final Map<Integer, Integer> PLAIN = new HashMap<>();

    static {
        // Cyrillic
        pair(
                "\u0430\u0435\u043E\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04BB\u0475\u051B\u051D\u0433\u043F\u0442\u043A\u043C\u043D\u0432",
                "aeopcyxijsdhvqwrntkmhb");
        pair(
                "\u0410\u0412\u0415\u041A\u041C\u041D\u041E\u0420\u0421\u0422\u0425\u0406\u0408\u0405\u04AE\u050C\u0474",
                "ABEKMHOPCTXIJSYGV");
        // Greek
        pair("\u03B1\u03BF\u03BD\u03C1\u03C4\u03C5\u03B9\u03BA\u03C7\u03B3\u03B7\u03C9\u03B5", "aovptuikxynwe");
        pair("\u0391\u0392\u0395\u0396\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7", "ABEZHIKMNOPTYX");
        // Latin letters that are drawn like plain ones, dashes, Armenian, Cherokee
        pair(
                "\u0131\u0261\u0251\u1D0F\u1D1C\u1D20\u1D21\u1D22\u0269\u0237\u017F\u0585\u0570\u0578\u057D",
                "igaouvwzijsohnu");
        pair("\u2010\u2011\u2012\u2013\u2014\u2212\u02D7\uFE63", "--------");
        pair("\u13AA\u13B3\u13A2\u13BB\u13DA\u13D2\u13AC\u13DE\u13D4", "GWIHSREST");
    }

    private Homoglyphs() {}

    private static void pair(String foreign, String plain) {
        int[] letters = foreign.codePoints().toArray();
        if (letters.length != plain.length()) {
            throw new IllegalStateException("a pair is missing its other half: " + plain);
        }
        for (int i = 0; i < letters.length; i++) {
            PLAIN.put(letters[i], (int) plain.charAt(i));
        }
    }

    /** The ASCII letter that this one looks like; itself if it looks like none. */
    public static int plain(int c) {
        return c < 0x80 ? c : PLAIN.getOrDefault(c, c);
    }

    /** The text as it looks to somebody who reads only ASCII letters. */
    public static String plain(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(plain(c)));
        return out.toString();
    }
}
