package dev.ilura.policy.scope;

import dev.ilura.text.UnclearValueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows one path through a file tree. */
final class PathResolution {
    private final FileTree tree;
    private final PathDialect dialect;

    /** What of the path exists, without links: so is every directory above it. Empty until that is known. */
    private String existing = "";

    PathResolution(FileTree tree) {
        this.tree = tree;
        this.dialect = tree.dialect();
    }

    /** The absolute path without links that a text names, counted from a directory. */
    String resolve(String text, String directory) throws UnclearValueException, IOException {
        String base = dialect.isAbsolute(text) ? text : directory;
        List<String> steps = new ArrayList<>(dialect.segments(base));
        if (!dialect.isAbsolute(text)) {
            steps.addAll(dialect.segments(text));
        }
        String anchor = dialect.anchor(base);
        String byName = realPath(anchor, withoutDotDot(steps));
        String found = existing;
        if (steps.contains("..")) {
            // the attack: link/../x is one file for programs that shorten the text, another for the kernel
            String byLinks = walk(anchor, steps);
            if (!key(byName).equals(key(byLinks))) {
                throw new UnclearValueException(
                        "leads through a link and back by '..', to " + byName + " or " + byLinks);
            }
        }
        existing = found;
        return byName;
    }

    /** Whether a real path is at or below one of these directories, name by name. */
    boolean isBelow(String real, List<String> directories) throws UnclearValueException, IOException {
        List<List<String>> others = new ArrayList<>();
        for (String directory : directories) {
            List<String> segments = withoutDotDot(dialect.segments(directory));
            if (isAbove(dialect.join(dialect.anchor(directory), segments))) {
                return true;
            }
            others.add(segments);
        }
        List<String> names = key(real);
        for (int i = 0; i < directories.size(); i++) {
            String found = existing;
            List<String> above = key(realPath(dialect.anchor(directories.get(i)), others.get(i)));
            existing = found;
            if (above.size() <= names.size() && names.subList(0, above.size()).equals(above)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a directory is, letter by letter, above what exists of the path. Then it has no link in it either, and the
     * system need not be asked about it: nothing is remembered, so nothing can be changed behind our back.
     */
    private boolean isAbove(String directory) {
        return existing.startsWith(directory)
                && (existing.length() == directory.length()
                        || dialect.isSeparator(existing.charAt(directory.length()))
                        || dialect.isSeparator(directory.charAt(directory.length() - 1)));
    }

    private static List<String> withoutDotDot(List<String> steps) {
        List<String> names = new ArrayList<>(steps.size());
        for (String step : steps) {
            if (!step.equals("..")) {
                names.add(step);
            } else if (!names.isEmpty()) {
                names.remove(names.size() - 1);
            }
        }
        return names;
    }

    /** Resolves the longest part that exists and keeps the names of the rest. */
    private String realPath(String anchor, List<String> names) throws UnclearValueException, IOException {
        for (int known = names.size(); known > 0; known--) {
            String part = dialect.join(anchor, names.subList(0, known));
            Optional<String> real = tree.realPath(part);
            if (real.isPresent()) {
                existing = real.get();
                return append(real.get(), names.subList(known, names.size()));
            }
            if (tree.isLink(part)) {
                // the attack: writing through a dangling link creates its target
                throw new UnclearValueException("leads through a link that points nowhere");
            }
        }
        existing = "";
        return dialect.join(anchor, names);
    }

    private String append(String real, List<String> tail) {
        if (tail.isEmpty()) {
            return real;
        }
        List<String> names = dialect.segments(real);
        names.addAll(tail);
        return dialect.join(dialect.anchor(real), names);
    }

    /** The way the kernel goes: every step from where the one before really led. */
    private String walk(String anchor, List<String> steps) throws UnclearValueException, IOException {
        String at = dialect.join(anchor, List.of());
        for (String step : steps) {
            List<String> names = dialect.segments(at);
            if (!step.equals("..")) {
                names.add(step);
                at = realPath(dialect.anchor(at), names);
            } else {
                at = dialect.join(dialect.anchor(at), names.subList(0, Math.max(0, names.size() - 1)));
            }
        }
        return at;
    }

    /** What a path has in common with every other that the file system takes for the same. */
    private List<String> key(String path) {
        List<String> key = new ArrayList<>();
        key.add(dialect.anchor(path));
        dialect.segments(path).forEach(segment -> key.add(dialect.key(segment)));
        return key;
    }
}
