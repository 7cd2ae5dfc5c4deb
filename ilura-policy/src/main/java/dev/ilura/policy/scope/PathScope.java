package dev.ilura.policy.scope;

import dev.ilura.ToolCall;
import dev.ilura.json.JsonValue;
import dev.ilura.policy.internal.ToolEffect;
import dev.ilura.text.UnclearValueException;
import dev.ilura.text.VisibleText;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Paths at or below given directories. Every existing ancestor is resolved through its links, what does not exist yet is
 * taken by name, and containment is by whole names: {@code /srv/docs-old} is not below {@code /srv/docs}. A relative path
 * is joined to the first directory. What was judged, the absolute real path, is what is sent.
 *
 * <p>Between this judgement and the server's use of the path somebody who may write below the directory can swap a name
 * for a link. Only the confinement of the server closes that gap.
 */
public final class PathScope implements Scope {
    /** The path leads out of the directories, or into an excepted one. */
    public static final String OUTSIDE = "ILR-POLICY-101";

    /** The text has no single reading as a path. */
    public static final String UNCLEAR = "ILR-POLICY-102";

    private final FileTree tree;
    private final boolean serverRoots;
    private final List<String> places;
    private final List<String> except;
    private final boolean readingOnly;
    private final boolean oneName;

    private PathScope(
            FileTree tree,
            boolean serverRoots,
            List<String> places,
            List<String> except,
            boolean readingOnly,
            boolean oneName) {
        this.tree = tree;
        this.serverRoots = serverRoots;
        this.places = List.copyOf(places);
        this.except = List.copyOf(except);
        this.readingOnly = readingOnly;
        this.oneName = oneName;
    }

    /** At or below the roots of the server that is called. */
    public static PathScope insideRoots() {
        return new PathScope(FileTree.system(), true, List.of(), List.of(), false, false);
    }

    /**
     * At or below one of these directories.
     *
     * @throws IllegalArgumentException if there is none, or one is relative
     */
    public static PathScope inside(List<String> directories) {
        return insideOf(FileTree.system(), directories);
    }

    /** As {@link #inside(List)}, in another file system. */
    public static PathScope insideOf(FileTree tree, List<String> directories) {
        if (directories.isEmpty()) {
            throw new IllegalArgumentException("a path scope needs a directory");
        }
        requireAbsolute(tree, directories);
        return new PathScope(Objects.requireNonNull(tree, "tree"), false, directories, List.of(), false, false);
    }

    /** The same without what is at or below these places; relative ones count from every directory of the scope. */
    public PathScope except(List<String> places) {
        return new PathScope(tree, serverRoots, this.places, places, readingOnly, oneName);
    }

    /** The same for tools that only read, by their name and by what their server admits. */
    public PathScope forReading() {
        return new PathScope(tree, serverRoots, places, except, true, oneName);
    }

    /**
     * The same without files that have further names (hard links): one of these may be outside, and no path tells. Package
     * stores use hard links a lot, so this is not the default.
     */
    public PathScope withOneName() {
        return new PathScope(tree, serverRoots, places, except, readingOnly, true);
    }

    private static void requireAbsolute(FileTree tree, List<String> directories) {
        for (String directory : directories) {
            if (!tree.dialect().isAbsolute(directory)) {
                throw new IllegalArgumentException("not an absolute path: " + directory);
            }
        }
    }

    @Override
    public Finding judge(JsonValue value, ToolCall call) {
        if (!value.isString()) {
            return Finding.unclear(UNCLEAR, "is no string, so it names no path");
        }
        if (readingOnly && ToolEffect.of(call.tool()) != ToolEffect.READS) {
            return Finding.outside(
                    OUTSIDE, "is for reading only, and " + shown(call.tool().name()) + " writes");
        }
        String text = value.text();
        try {
            PathText.check(text, tree.dialect());
            return place(text, directories(call));
        } catch (UnclearValueException e) {
            return Finding.unclear(UNCLEAR, e.why() + ": " + shown(text));
        } catch (IOException | InvalidPathException e) {
            return Finding.unclear(UNCLEAR, "cannot be resolved by this system: " + shown(text));
        }
    }

    private List<String> directories(ToolCall call) {
        return serverRoots ? call.roots().stream().map(Path::toString).toList() : places;
    }

    private Finding place(String text, List<String> directories) throws UnclearValueException, IOException {
        if (directories.isEmpty()) {
            return Finding.outside(OUTSIDE, "cannot be inside the roots, because the server has none");
        }
        PathResolution resolution = new PathResolution(tree);
        String real = resolution.resolve(text, directories.get(0));
        Finding finding = resolution.isBelow(real, directories)
                ? exceptions(real, resolution, directories)
                : Finding.outside(OUTSIDE, "resolves to " + shown(real) + ", outside " + noun() + " " + directories);
        return real.equals(text) ? finding : finding.sending(real);
    }

    private Finding exceptions(String real, PathResolution resolution, List<String> directories)
            throws UnclearValueException, IOException {
        for (String place : except) {
            List<String> spots = new ArrayList<>();
            if (tree.dialect().isAbsolute(place)) {
                spots.add(place);
            } else {
                directories.forEach(directory -> spots.add(directory + "/" + place));
            }
            if (resolution.isBelow(real, spots)) {
                return Finding.outside(OUTSIDE, "resolves to " + shown(real) + ", in the excepted " + shown(place));
            }
        }
        if (oneName && tree.hasOtherNames(real)) {
            return Finding.unclear(UNCLEAR, "resolves to " + shown(real) + ", a file with further names elsewhere");
        }
        return Finding.inside("resolves to " + shown(real) + ", inside " + noun() + " " + directories);
    }

    private String noun() {
        return serverRoots ? "roots" : "directories";
    }

    private static String shown(String text) {
        String visible = VisibleText.oneLine(text);
        return visible.length() <= 300 ? visible : visible.substring(0, 300) + "\u2026";
    }

    @Override
    public List<?> edges() {
        List<String> edges = new ArrayList<>(List.of("/etc/passwd", "../x", "a.txt"));
        for (String place : places) {
            edges.addAll(List.of(place, place + "/a.txt", place + "/../x", place + "-other/a.txt"));
            except.forEach(inner -> edges.add(tree.dialect().isAbsolute(inner) ? inner : place + "/" + inner));
        }
        return edges;
    }

    @Override
    public String describe() {
        String base = serverRoots ? "inside the roots" : "inside " + places;
        String place = except.isEmpty() ? base : base + " except " + except;
        return readingOnly ? place + " for reading" : place;
    }

    @Override
    public Map<String, ?> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("type", "path");
        facts.put("dialect", tree.dialect().name());
        facts.put("inside", serverRoots ? List.of("roots") : places);
        facts.put("except", except);
        facts.put("readingOnly", readingOnly);
        facts.put("oneName", oneName);
        return facts;
    }
}
