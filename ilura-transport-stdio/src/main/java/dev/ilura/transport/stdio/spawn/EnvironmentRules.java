package dev.ilura.transport.stdio.spawn;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which variables may be declared. The child's environment is made from nothing, so this is the second net: against a
 * name by which a loader, an interpreter or a package manager lets itself be told what to run.
 */
final class EnvironmentRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final List<Rule> RULES =
            Lists.lines("environment.rules").stream().map(Rule::of).toList();

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
        Answer answer = RULES.stream()
                .filter(rule -> rule.matches(upper))
                .map(Rule::answer)
                .findFirst()
                .orElse(Answer.ALLOW);
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

    private record Rule(Answer answer, String before, String after, boolean open) {
        static Rule of(String line) {
            List<String> words = List.of(line.split(" ", -1));
            String pattern = words.get(1);
            int star = pattern.indexOf('*');
            return new Rule(
                    Answer.valueOf(words.get(0).toUpperCase(Locale.ROOT)),
                    star < 0 ? pattern : pattern.substring(0, star),
                    star < 0 ? "" : pattern.substring(star + 1),
                    star >= 0);
        }

        boolean matches(String name) {
            return open
                    ? name.length() >= before.length() + after.length()
                            && name.startsWith(before)
                            && name.endsWith(after)
                    : name.equals(before);
        }
    }
}
