package dev.ilura.transport.stdio.spawn;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which variables may be declared. The child's environment is made from nothing, so this is the second net: against a
 * name by which a loader, an interpreter or a package manager lets itself be told what to run.
 */
final class EnvironmentRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Rules RULES = Rules.read();

    private EnvironmentRules() {}

    /**
     * Judges one name.
     *
     * @param consent names that need a person besides those of the file
     * @throws Refusal if it is malformed or decides what runs
     */
    static void judge(Token name, List<String> consent, Reading reading) {
        if (!NAME.matcher(name.text()).matches()) {
            throw new Refusal(
                    "ILR-SPAWN-018",
                    "This is no name for a variable.",
                    name,
                    "Use letters, digits and _, at most 128, not starting with a digit.");
        }
        String upper = name.text().toUpperCase(Locale.ROOT);
        Answer answer = RULES.answer(upper);
        if (answer == Answer.DENY) {
            throw new Refusal(
                    "ILR-SPAWN-019",
                    "The variable lets something else than the server decide what runs, what is trusted or where state lives.",
                    name,
                    "Leave it out; give the server its settings by names of its own.");
        }
        if (answer == Answer.ASK || consent.stream().anyMatch(upper::equalsIgnoreCase)) {
            reading.ask("ILR-SPAWN-103", "The variable " + name.text() + " hands in a piece of the host.");
        }
    }

    private enum Answer {
        ALLOW,
        ASK,
        DENY
    }

    /**
     * The lines of the file. The first that matches decides, but they are not tried one by one: whole names, beginnings and
     * ends are looked up, each by the lengths that occur.
     */
    private static final class Rules {
        private final Map<String, Rule> whole = new HashMap<>();
        private final Map<String, Rule> beginnings = new HashMap<>();
        private final Map<String, Rule> ends = new HashMap<>();
        private final TreeSet<Integer> beginningLengths = new TreeSet<>();
        private final TreeSet<Integer> endLengths = new TreeSet<>();

        static Rules read() {
            Rules rules = new Rules();
            List<String> lines = Lists.lines("environment.rules");
            for (int i = 0; i < lines.size(); i++) {
                String[] words = lines.get(i).split(" ", -1);
                rules.add(words[1], new Rule(i, Answer.valueOf(words[0].toUpperCase(Locale.ROOT))));
            }
            return rules;
        }

        private void add(String pattern, Rule rule) {
            if (pattern.indexOf('*') < 0) {
                whole.putIfAbsent(pattern, rule);
            } else if (pattern.endsWith("*") && pattern.indexOf('*') == pattern.length() - 1) {
                beginningLengths.add(pattern.length() - 1);
                beginnings.putIfAbsent(pattern.substring(0, pattern.length() - 1), rule);
            } else if (pattern.startsWith("*") && pattern.lastIndexOf('*') == 0) {
                endLengths.add(pattern.length() - 1);
                ends.putIfAbsent(pattern.substring(1), rule);
            } else {
                throw new IllegalStateException("environment.rules: a star stands at one end: " + pattern);
            }
        }

        Answer answer(String name) {
            Rule first = whole.getOrDefault(name, Rule.LAST);
            for (int length : beginningLengths.headSet(name.length(), true)) {
                first = first.earlier(beginnings.get(name.substring(0, length)));
            }
            for (int length : endLengths.headSet(name.length(), true)) {
                first = first.earlier(ends.get(name.substring(name.length() - length)));
            }
            return first.answer;
        }
    }

    private record Rule(int line, Answer answer) {
        static final Rule LAST = new Rule(Integer.MAX_VALUE, Answer.ALLOW);

        Rule earlier(@Nullable Rule other) {
            return other != null && other.line < line ? other : this;
        }
    }
}
