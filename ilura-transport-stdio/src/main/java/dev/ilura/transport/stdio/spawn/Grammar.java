package dev.ilura.transport.stdio.spawn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may stand on a launcher's command line before the server. Read from a file; {@code README.md} beside the files
 * says what their lines mean.
 *
 * @param name of the launcher
 * @param safe how a good line looks
 * @param examples further good lines, for tests
 * @param options how the launcher reads its line
 * @param inline flags that carry code
 * @param common flags that may stand before the words of a form
 * @param forms the readings, one for each subcommand
 */
record Grammar(
        String name,
        String safe,
        List<String> examples,
        Set<String> options,
        Set<String> inline,
        Flags common,
        List<Form> forms) {

    /** Reads the file of one launcher, beside this class. */
    static Grammar of(String name) {
        return of(name, Lists.lines(name + ".grammar"));
    }

    /**
     * Reads lines.
     *
     * @throws IllegalStateException if one of them means nothing
     */
    static Grammar of(String name, List<String> lines) {
        return new Reader(name).read(lines);
    }

    /** The form whose words stand at this place; the one with most words wins. */
    Optional<Form> form(List<String> args, int at) {
        return forms.stream()
                .filter(form -> at + form.words().size() <= args.size()
                        && args.subList(at, at + form.words().size()).equals(form.words()))
                .max(java.util.Comparator.comparingInt(form -> form.words().size()));
    }

    boolean clusters() {
        return options.contains("clusters");
    }

    boolean underscores() {
        return options.contains("underscores");
    }

    boolean batch() {
        return options.contains("batch");
    }

    /**
     * One reading of the line.
     *
     * @param words of the subcommand; none for the plain form
     * @param flags that may stand after the words
     * @param artefact what the first argument that is no flag must be; empty if a flag has to say it
     * @param details of the artefact
     * @param asks why a person has to agree in any case
     * @param interleaved whether flags of the launcher may stand after the artefact
     * @param separated whether the artefact has to stand behind {@code --}
     */
    record Form(
            List<String> words,
            Flags flags,
            Optional<ValueKind> artefact,
            List<String> details,
            Optional<String> asks,
            boolean interleaved,
            boolean separated) {}

    /** Flags by name, and arguments by shape. */
    record Flags(Map<String, Flag> byName, List<Pattern> shapes) {
        Optional<Flag> flag(String name) {
            return Optional.ofNullable(byName.get(name));
        }

        boolean hasShape(String argument) {
            return shapes.stream().anyMatch(shape -> shape.matcher(argument).matches());
        }

        Flags and(Flags more) {
            Map<String, Flag> all = new HashMap<>(byName);
            all.putAll(more.byName);
            List<Pattern> both = new ArrayList<>(shapes);
            both.addAll(more.shapes);
            return new Flags(Map.copyOf(all), List.copyOf(both));
        }
    }

    /**
     * One flag.
     *
     * @param arity how it takes a value
     * @param kind what the value must be; empty if it takes none
     */
    record Flag(Arity arity, Optional<ValueKind> kind) {}

    /** How a flag takes its value. */
    enum Arity {
        NONE,
        /** Takes none, and makes the launcher read its own flags behind the artefact too. */
        LOOSE,
        /** After {@code =}, or as the next argument. */
        ANYWHERE,
        /** After {@code =} only. */
        ATTACHED,
        /** After {@code =}, or none, which widens so far that a person is asked. */
        OPTIONAL,
        /** Anywhere, and it is the artefact. */
        ARTEFACT
    }

    /** Reads one file. */
    private static final class Reader {
        private final String name;
        private final Set<String> inline = new HashSet<>();
        private final List<String> examples = new ArrayList<>();
        private String safe = "";
        private final List<Section> sections = new ArrayList<>(List.of(new Section(List.of())));

        Reader(String name) {
            this.name = name;
        }

        Grammar read(List<String> lines) {
            for (String line : lines) {
                String[] parts = line.split("\\s+", 2);
                line(parts[0], parts.length > 1 ? parts[1] : "");
            }
            return new Grammar(
                    name,
                    safe,
                    List.copyOf(examples),
                    Set.copyOf(sections.get(0).options),
                    Set.copyOf(inline),
                    sections.get(0).flags(),
                    sections.stream().skip(1).map(Section::form).toList());
        }

        private void line(String word, String rest) {
            Section section = sections.get(sections.size() - 1);
            switch (word) {
                case "source" -> {
                    // for the reader of the file
                }
                case "safe" -> safe = rest;
                case "example" -> examples.add(rest);
                case "option" -> section.options.add(rest);
                case "inline" -> inline.addAll(words(rest));
                case "flag" -> section.flag(rest, Arity.ANYWHERE);
                case "loose" -> section.flag(rest, Arity.LOOSE);
                case "optional" -> section.flag(rest, Arity.OPTIONAL);
                case "ends" -> section.flag(rest, Arity.ARTEFACT);
                case "match" -> section.shapes.add(Pattern.compile(rest));
                case "form" -> sections.add(new Section(words(rest)));
                case "artefact" -> section.artefact = words(rest);
                case "asks" -> section.asks = Optional.of(rest);
                default -> throw new IllegalStateException(name + ".grammar: unknown line " + word);
            }
        }

        private static List<String> words(String text) {
            return text.isEmpty() ? List.of() : List.of(text.split(" +", -1));
        }
    }

    /** What stands between two {@code form} lines. */
    private static final class Section {
        private final List<String> words;
        private final Map<String, Flag> byName = new HashMap<>();
        private final List<Pattern> shapes = new ArrayList<>();
        private List<String> artefact = List.of();
        private Optional<String> asks = Optional.empty();
        private final Set<String> options = new HashSet<>();

        Section(List<String> words) {
            this.words = words;
        }

        void flag(String line, Arity arity) {
            int value = kindAt(line);
            Flag flag = value < 0
                    ? new Flag(arity == Arity.LOOSE ? arity : Arity.NONE, Optional.empty())
                    : new Flag(
                            line.charAt(value) == '=' && arity == Arity.ANYWHERE ? Arity.ATTACHED : arity,
                            Optional.of(ValueKind.of(line.substring(value + 1))));
            for (String name :
                    line.substring(0, value < 0 ? line.length() : value).split(" +", -1)) {
                byName.put(name, flag);
            }
        }

        private static int kindAt(String line) {
            int colon = line.indexOf(" :");
            int equals = line.indexOf(" =");
            int at = colon < 0 || (equals >= 0 && equals < colon) ? equals : colon;
            return at < 0 ? -1 : at + 1;
        }

        Flags flags() {
            return new Flags(Map.copyOf(byName), List.copyOf(shapes));
        }

        Form form() {
            return new Form(
                    words,
                    flags(),
                    artefact.stream().findFirst().map(ValueKind::of),
                    artefact.stream().skip(1).toList(),
                    asks,
                    options.contains("interleaved"),
                    options.contains("separated"));
        }
    }
}
