package dev.ilura.gateway;

import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which parts of a file could not be read, so that what seems to be missing there is not reported a second time. */
final class SyntaxDamage {
    private final NavigableSet<Integer> headers;
    private final Set<Integer> damagedSections;
    private final Set<Integer> damagedHeaders;

    private SyntaxDamage(NavigableSet<Integer> headers, Set<Integer> lines) {
        this.headers = headers;
        this.damagedSections = lines.stream().map(this::sectionOf).collect(Collectors.toCollection(HashSet::new));
        this.damagedHeaders = lines.stream().filter(headers::contains).collect(Collectors.toCollection(HashSet::new));
    }

    static SyntaxDamage of(String text, List<ConfigProblem> syntaxErrors) {
        NavigableSet<Integer> headers = new TreeSet<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).stripLeading().startsWith("[")) {
                headers.add(i + 1);
            }
        }
        return new SyntaxDamage(
                headers, syntaxErrors.stream().map(ConfigProblem::line).collect(Collectors.toSet()));
    }

    boolean mayHide(int tableLine) {
        return hidesTables() || damagedSections.contains(sectionOf(tableLine));
    }

    boolean hidesTables() {
        return !damagedHeaders.isEmpty();
    }

    boolean misplaces(int line) {
        return damagedHeaders.contains(sectionOf(line));
    }

    /** The line of the table header above; 0 before the first. */
    private int sectionOf(int line) {
        Integer header = headers.floor(line);
        return header == null ? 0 : header;
    }
}
