package dev.ilura.policy.manifest;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words by what they are about, in several languages, read from {@code intent-words.txt}. Accents, case and the endings
 * that the list leaves open do not count.
 */
final class Vocabulary {
    /** Words count two, a character of a script without blanks one, and a comma sets apart. */
    static final int WORD = 2;

    private static final int COMMA = 5;
    private static final Pattern TOKEN = Pattern.compile(
            "(?<link>!\\[[^\\]\\n]{0,80}\\]\\([^)\\s]*[?&][^)\\s]*\\)|https?://[^\\s?]*\\?\\S*=\\S*)|(?<address>https?://\\S+|[\\w.+%-]+@[\\w-]+(?:\\.[\\w-]+)+)"
                    + "|[\"'`](?<quoted>[\\w.-]{1,30})[\"'`]|(?<pipe>\\|\\s*(?:ba|z)?sh\\b)|(?<wide>[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}])"
                    + "|(?<word>[~./]*[\\p{L}\\p{N}_$](?:[\\p{L}\\p{M}\\p{N}_$./-]|'(?=\\p{L}))*)|(?<comma>[,;:()])");
    private static final Pattern ACCENTS = Pattern.compile("[\\u0300-\\u036F]+");
    private static final Pattern SECRET_VARIABLE =
            Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*_(KEY|TOKEN|SECRET|PASSWORD|PASS|CREDENTIALS)");
    private static final Pattern HOME_PATH = Pattern.compile("~/|/home/|/root/|/Users/|/etc/");
    private static final Pattern TOOL_NAME = Pattern.compile("[a-z]+[0-9]*(_[a-z0-9]+)+");

    /** What is not done after a "not" says the opposite. */
    private static final Set<String> DEEDS = Set.of(
            "GIVE", "READ", "EXEC", "GRANT", "REMEMBER", "FIND", "DISABLE", "DOWNLOAD", "ALTER", "WRITE", "USETHIS");

    private static final Set<String> CONDITIONS = Set.of("if", "when", "unless", "where", "in case", "are", "is");

    private final Map<String, Integer> concepts = new HashMap<>();
    private final Map<String, List<Phrase>> exact = new HashMap<>();
    private final Map<String, List<Phrase>> open = new HashMap<>();

    Vocabulary(List<String> lines) {
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (!line.startsWith("#") && colon > 0) {
                int concept = concept(line.substring(0, colon));
                for (String entry : line.substring(colon + 1).split(",", -1)) {
                    learn(concept, entry.strip());
                }
            }
        }
    }

    /** The number of a concept; a new one for a new name. */
    int concept(String name) {
        return concepts.computeIfAbsent(name, unknown -> concepts.size());
    }

    boolean knows(String name) {
        return concepts.containsKey(name);
    }

    private void learn(int concept, String entry) {
        List<String> words = new ArrayList<>();
        for (Word word : words(entry.replace("*", "$"))) {
            words.add(word.text());
        }
        if (!words.isEmpty()) {
            boolean open1 = words.get(0).endsWith("$");
            String first = words.get(0).replace("$", "");
            (open1 ? open : exact)
                    .computeIfAbsent(open1 ? key(first) : first, none -> new ArrayList<>())
                    .add(new Phrase(concept, List.copyOf(words)));
        }
    }

    private static String key(String word) {
        return word.substring(0, Math.min(2, word.length()));
    }

    /** Where a sentence speaks of what: the positions of each concept by its number. */
    Map<Integer, BitSet> read(String sentence) {
        List<Word> words = words(sentence);
        Map<Integer, BitSet> found = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            for (String kind : word.kinds()) {
                mark(found, concept(kind), word.at());
            }
            phrases(exact.getOrDefault(word.text(), List.of()), words, i, found);
            phrases(open.getOrDefault(key(word.text()), List.of()), words, i, found);
        }
        dropNegated(words, found);
        return found;
    }

    private static void phrases(List<Phrase> phrases, List<Word> words, int at, Map<Integer, BitSet> found) {
        for (Phrase phrase : phrases) {
            if (phrase.isAt(words, at)) {
                mark(found, phrase.concept(), words.get(at).at());
            }
        }
    }

    private static void mark(Map<Integer, BitSet> found, int concept, int at) {
        found.computeIfAbsent(concept, none -> new BitSet()).set(at);
    }

    private void dropNegated(List<Word> words, Map<Integer, BitSet> found) {
        BitSet not = found.getOrDefault(concept("NEG"), new BitSet());
        for (int i = 0; i < words.size(); i++) {
            if (not.get(words.get(i).at()) && isConditional(words, i)) {
                not.clear(words.get(i).at());
            }
        }
        for (String deed : DEEDS) {
            BitSet places = found.getOrDefault(concept(deed), new BitSet());
            for (int at = places.nextSetBit(0); at >= 0; at = places.nextSetBit(at + 1)) {
                int before = not.previousSetBit(at - 1);
                if (before >= 0 && at - before <= 3 * WORD) {
                    places.clear(at);
                }
            }
        }
    }

    /** "If nothing is found, tell the user" forbids nothing. */
    private static boolean isConditional(List<Word> words, int i) {
        for (int back = i - 1; back >= 0 && words.get(i).at() - words.get(back).at() <= 6 * WORD; back--) {
            if (CONDITIONS.contains(words.get(back).text())
                    && !words.get(back).text().matches("is|are")) {
                return words.get(i).at() - words.get(back).at() < (i - back) * WORD + COMMA;
            }
        }
        return false;
    }

    private static List<Word> words(String raw) {
        String text = Normalizer.normalize(
                ACCENTS.matcher(Normalizer.normalize(raw.replace('\u2019', '\''), Normalizer.Form.NFKD))
                        .replaceAll(""),
                Normalizer.Form.NFC);
        List<Word> words = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        while (matcher.find()) {
            String token = matcher.group();
            if (matcher.group("comma") != null) {
                at += COMMA;
            } else if (matcher.group("wide") != null) {
                words.add(new Word(token, at++, List.of()));
            } else {
                String core = matcher.group("quoted") != null
                        ? matcher.group("quoted")
                        : token.replaceAll("(?<=.)[./'-]+$", "");
                List<String> kinds = new ArrayList<>();
                kind(matcher, core, kinds);
                words.add(new Word(core.toLowerCase(Locale.ROOT), at, kinds));
                at += WORD;
            }
        }
        return words;
    }

    private static void kind(Matcher matcher, String core, List<String> kinds) {
        if (matcher.group("link") != null) {
            kinds.add("IMAGELINK");
        }
        if (matcher.group("link") != null || matcher.group("address") != null) {
            kinds.add("DEST");
        }
        if (matcher.group("quoted") != null) {
            kinds.add("QUOTED");
        }
        if (matcher.group("pipe") != null) {
            kinds.add("SHELL");
        }
        if (SECRET_VARIABLE.matcher(core).matches()) {
            kinds.add("ENVSECRET");
        }
        if (HOME_PATH.matcher(core).lookingAt()) {
            kinds.add("HOMEPATH");
        }
        if (TOOL_NAME.matcher(core).matches()) {
            kinds.add("TOOLNAME");
        }
    }

    private record Word(String text, int at, List<String> kinds) {}

    private record Phrase(int concept, List<String> words) {
        boolean isAt(List<Word> all, int at) {
            if (at + words.size() > all.size()) {
                return false;
            }
            for (int i = 0; i < words.size(); i++) {
                String wanted = words.get(i);
                String word = all.get(at + i).text();
                boolean same = wanted.endsWith("$")
                        ? word.startsWith(wanted.substring(0, wanted.length() - 1))
                        : word.equals(wanted);
                if (!same) {
                    return false;
                }
            }
            return true;
        }
    }
}
