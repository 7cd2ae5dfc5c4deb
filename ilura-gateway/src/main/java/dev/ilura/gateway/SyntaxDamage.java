package dev.ilura.gateway;

import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which parts of a file could not be read, so that what seems to be missing there is not reported a second time. */
final class SyntaxDamage {
    private final Lines lines;
    private final Set<Integer> damagedSections;
    private final Set<Integer> damagedHeaders;

    SyntaxDamage(Lines lines, List<ConfigProblem> syntaxErrors) {
        this.lines = lines;
        this.damagedSections = syntaxErrors.stream()
                .map(error -> lines.sectionOf(error.line()))
                .collect(Collectors.toSet());
        this.damagedHeaders = syntaxErrors.stream()
                .map(ConfigProblem::line)
                .filter(lines.headers::containsKey)
                .collect(Collectors.toSet());
    }

    /** Whether a key of the table on this line may have been lost. */
    boolean mayHide(int tableLine) {
        return hidesTables() || damagedSections.contains(lines.sectionOf(tableLine));
    }

    /** Whether a whole table may have been lost. */
    boolean hidesTables() {
        return !damagedHeaders.isEmpty();
    }

    /** Whether what stands on this line may have been taken for part of another table. */
    boolean misplaces(int line) {
        return damagedHeaders.contains(lines.sectionOf(line));
    }

    /** A file as lines, and where its tables begin as far as one can tell without reading TOML. */
    static final class Lines {
        private final List<String> text;
        private final NavigableMap<Integer, String> headers = new TreeMap<>();

        Lines(String text) {
            this.text = text.lines().toList();
            for (int i = 0; i < this.text.size(); i++) {
                String line = this.text.get(i).strip();
                if (line.startsWith("[")) {
                    headers.put(i + 1, line.replaceAll("#.*|[\\[\\]\\s]", ""));
                }
            }
        }

        /** The line of the table header above; 0 before the first. */
        int sectionOf(int line) {
            Integer header = headers.floorKey(line);
            return header == null ? 0 : header;
        }

        /** The full key that a line was probably meant to set; empty if it looks like none. */
        String keyOn(int line) {
            String table = headers.getOrDefault(sectionOf(line), "");
            String written = line <= text.size() ? text.get(line - 1) : "";
            int equals = written.indexOf('=');
            if (headers.containsKey(line) || equals < 0) {
                return table;
            }
            String key = written.substring(0, equals).strip();
            return table.isEmpty() ? key : table + "." + key;
        }
    }
}
