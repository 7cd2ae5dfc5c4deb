package dev.ilura.approval.page;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Finds words that are not what they seem: letters of two scripts in one word, or a word of Cyrillic or Greek letters
 * that all look Latin. The attack: a path or a name that reads like a known one (homoglyphs).
 */
final class LookAlikes {
    private static final int LISTED = 3;

    /** Cyrillic and Greek letters that most fonts draw like Latin ones. */
    private static final String LATIN_TWINS = "АВЕЅІЈКМНОРСТУХаеорсухіјѕԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοντυικα";

    private static final List<Set<UnicodeScript>> WRITTEN_TOGETHER = List.of(
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.HANGUL),
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.BOPOMOFO));

    private LookAlikes() {}

    /** The first few such words, each as it would be drawn. */
    static List<String> in(String text) {
        List<String> found = new ArrayList<>();
        int at = 0;
        while (at < text.length() && found.size() < LISTED) {
            int end = at;
            while (end < text.length() && Character.isLetterOrDigit(text.codePointAt(end))) {
                end += Character.charCount(text.codePointAt(end));
            }
            if (end == at) {
                at += Character.charCount(text.codePointAt(at));
                continue;
            }
            String word = text.substring(at, end);
            if (isSuspect(word)) {
                found.add(word);
            }
            at = end;
        }
        return found;
    }

    /** Such a word as the page gets it: each letter that is not ASCII by its name, because it looks like one that is. */
    static List<Object> marked(String word) {
        List<Object> parts = new ArrayList<>();
        word.codePoints().forEach(c -> parts.add(c < 0x80 ? Character.toString(c) : Shown.mark(c)));
        return parts;
    }

    private static boolean isSuspect(String word) {
        if (word.chars().allMatch(c -> c < 0x80)) {
            return false;
        }
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        word.codePoints().mapToObj(UnicodeScript::of).forEach(scripts::add);
        scripts.remove(UnicodeScript.COMMON);
        scripts.remove(UnicodeScript.INHERITED);
        if (scripts.size() > 1) {
            return WRITTEN_TOGETHER.stream().noneMatch(group -> group.containsAll(scripts));
        }
        return word.codePoints().filter(Character::isLetter).allMatch(c -> LATIN_TWINS.indexOf(c) >= 0);
    }
}
