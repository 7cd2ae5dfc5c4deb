package dev.ilura.policy.manifest;

import dev.ilura.policy.manifest.Orders.Order;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a text is after, by what its sentences speak of together: a secret, somebody else's place and a verb of giving
 * within a few words, however they are put. Each combination of {@code intent-rules.txt} counts once in sentences
 * that follow each other, and {@value #ENOUGH} points are worth a warning.
 */
final class Intentions {
    static final int ENOUGH = 10;

    private static final BitSet NOWHERE = new BitSet();
    /** Sentences that are read together: what is far apart in a long text does not add up. */
    private static final int TOGETHER = 3;

    private static final int MAX_TEXT = 20_000;
    private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?])\\s+|\\n+|(?<=[\\u3002\\uFF01\\uFF1F])");
    private static final Pattern RULE = Pattern.compile(
            "(?<points>[0-9]+) (?<reason>[a-z]+): (?<parts>[A-Z|> ]+?)(?: within (?<span>[0-9]+))?(?: unless (?<unless>[A-Z]+))?");
    private static final Map<String, String> REASONS = Map.of(
            "hide", "wants something hidden from the user",
            "authority", "claims authority over the user or earlier instructions",
            "secrets", "asks for secrets that are kept elsewhere",
            "exfil", "sends things where nobody asked to",
            "tools", "changes how other tools are used",
            "prefer", "drives other tools out",
            "last", "wants to last beyond the call",
            "rights", "reaches for more rights",
            "run", "has something run");

    private static final Vocabulary WORDS = new Vocabulary(lines("intent-words.txt"));
    private static final List<Rule> RULES = rules(lines("intent-rules.txt"));

    private Intentions() {}

    static Optional<Order> in(String text) {
        String bounded = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        List<BitSet> held = new ArrayList<>();
        List<String> sentences = List.of(SENTENCE.split(bounded));
        for (String sentence : sentences) {
            held.add(holding(sentence));
            BitSet near = new BitSet();
            held.subList(Math.max(0, held.size() - TOGETHER), held.size()).forEach(near::or);
            if (points(near) >= ENOUGH) {
                return Optional.of(order(bounded, sentences.get(heaviest(held)), held.get(heaviest(held))));
            }
        }
        return Optional.empty();
    }

    private static BitSet holding(String sentence) {
        Map<Integer, BitSet> found = WORDS.read(sentence);
        BitSet holding = new BitSet();
        for (int i = 0; i < RULES.size(); i++) {
            holding.set(i, RULES.get(i).holds(found));
        }
        return holding;
    }

    private static int points(BitSet rules) {
        return rules.stream().map(rule -> RULES.get(rule).points()).sum();
    }

    /** The sentence, of those that were counted together, that says most. */
    private static int heaviest(List<BitSet> held) {
        int heaviest = held.size() - 1;
        for (int i = held.size() - 1; i >= Math.max(0, held.size() - TOGETHER); i--) {
            heaviest = points(held.get(i)) > points(held.get(heaviest)) ? i : heaviest;
        }
        return heaviest;
    }

    private static Order order(String text, String sentence, BitSet rules) {
        String why = rules.stream()
                .mapToObj(RULES::get)
                .max(Comparator.comparingInt(Rule::points))
                .map(Rule::why)
                .orElse("");
        return new Order(why, text, Math.max(0, text.indexOf(sentence)));
    }

    private static List<String> lines(String name) {
        try (InputStream in =
                Objects.requireNonNull(Intentions.class.getResourceAsStream(name), () -> "no resource " + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Rule> rules(List<String> lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : lines) {
            if (!line.isBlank() && !line.startsWith("#")) {
                rules.add(rule(line));
            }
        }
        return List.copyOf(rules);
    }

    private static Rule rule(String line) {
        Matcher matcher = RULE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException("not a rule: " + line);
        }
        List<int[]> parts = new ArrayList<>();
        boolean ordered = false;
        for (String part : matcher.group("parts").strip().split("\\s+", -1)) {
            if (part.equals(">")) {
                ordered = true;
            } else {
                parts.add(concepts(part));
            }
        }
        String span = matcher.group("span");
        return new Rule(
                Integer.parseInt(matcher.group("points")),
                Objects.requireNonNull(REASONS.get(matcher.group("reason")), line),
                parts,
                ordered,
                span == null ? 1 : Integer.parseInt(span) * Vocabulary.WORD,
                matcher.group("unless") == null ? -1 : WORDS.concept(matcher.group("unless")));
    }

    private static int[] concepts(String part) {
        String[] names = part.split("\\|", -1);
        int[] concepts = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            concepts[i] = WORDS.concept(names[i]);
        }
        return concepts;
    }

    /** Concepts that mean something when they stand near each other. */
    private record Rule(int points, String why, List<int[]> parts, boolean ordered, int span, int unless) {
        boolean holds(Map<Integer, BitSet> found) {
            if (unless >= 0 && found.containsKey(unless)) {
                return false;
            }
            List<BitSet> places = new ArrayList<>();
            for (int[] part : parts) {
                BitSet any = new BitSet();
                for (int concept : part) {
                    any.or(found.getOrDefault(concept, NOWHERE));
                }
                if (any.isEmpty()) {
                    return false;
                }
                places.add(any);
            }
            return near(places, 0, new BitSet());
        }

        /** Whether each part has a word of its own and all of them lie within the span. */
        private boolean near(List<BitSet> places, int part, BitSet taken) {
            if (part == places.size()) {
                return true;
            }
            int first = taken.nextSetBit(0);
            int last = taken.length() - 1;
            int from = first < 0 ? 0 : ordered ? last + 1 : Math.max(0, last - span);
            BitSet here = places.get(part);
            for (int at = here.nextSetBit(from); at >= 0; at = here.nextSetBit(at + 1)) {
                if (first >= 0 && at - first > span) {
                    return false;
                }
                if (!taken.get(at)) {
                    taken.set(at);
                    boolean rest = near(places, part + 1, taken);
                    taken.clear(at);
                    if (rest) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
