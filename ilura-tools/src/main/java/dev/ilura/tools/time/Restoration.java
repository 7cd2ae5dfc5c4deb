package dev.ilura.tools.time;

import dev.ilura.json.Digests;
import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tree.Descent;
import dev.ilura.tools.tree.Failures;
import dev.ilura.tools.tree.Place;
import dev.ilura.tools.tree.Replacement;
import dev.ilura.tools.tree.RootTree;
import dev.ilura.tools.tree.TreeCopy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectInserter;

/** What has to be done so that things are as they were, and the doing of it. Used by one thread. */
final class Restoration {
    private static final Comparator<Path> DEEPEST_FIRST =
            Comparator.<Path>comparingInt(Path::getNameCount).reversed().thenComparing(Comparator.naturalOrder());

    private final SnapshotStore store;
    private final Function<Path, Optional<RootTree>> trees;
    private final Wanted wanted;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Path, RootTree> changing = new TreeMap<>();

    private Restoration(SnapshotStore store, Function<Path, Optional<RootTree>> trees, Wanted wanted) {
        this.store = store;
        this.trees = trees;
        this.wanted = wanted;
    }

    /**
     * One change.
     *
     * @param what what is done
     * @param path where
     * @param now what is there
     * @param then what shall be there
     */
    record Step(What what, Path path, Entry now, Entry then) {
        String line() {
            return what.label + " " + dev.ilura.text.VisibleText.oneLine(path.toString());
        }
    }

    /** Kinds of changes, in the order in which they are made. */
    enum What {
        DELETE("delete"),
        MAKE_DIRECTORY("make directory"),
        WRITE("write"),
        LINK("make link"),
        LOST("cannot bring back"),
        STAMP("set mode and time of");

        private final String label;

        What(String label) {
            this.label = label;
        }
    }

    /** Compares what is with what shall be; changes nothing. */
    static Restoration plan(
            SnapshotStore store, Function<Path, Optional<RootTree>> trees, Wanted wanted, ToolRequest request)
            throws ToolException {
        Restoration plan = new Restoration(store, trees, wanted);
        for (Path top : wanted.tops()) {
            request.checkCancelled();
            plan.compare(top);
        }
        return plan;
    }

    private RootTree tree(Path path) throws ToolException {
        return trees.apply(path)
                .orElseThrow(() -> new ToolException(
                        "ILR-TOOLS-055",
                        path + " is in no directory that this gateway works in now.",
                        "Configure the roots as they were, then call again."));
    }

    private void compare(Path top) throws ToolException {
        NavigableMap<Path, Entry> then = wanted.below(top);
        NavigableMap<Path, Entry> now = now(top);
        List<Step> made = new ArrayList<>();
        now.forEach((path, entry) -> {
            Entry wish = then.get(path);
            if (entry.kind() != Entry.Kind.ABSENT && (wish == null || wish.kind() != entry.kind())) {
                made.add(new Step(What.DELETE, path, entry, Entry.absent(path)));
            }
        });
        made.removeIf(step -> made.stream()
                .anyMatch(other ->
                        !other.path().equals(step.path()) && step.path().startsWith(other.path())));
        then.forEach((path, wish) -> {
            Entry entry = now.getOrDefault(path, Entry.absent(path));
            if (!entry.sameContent(wish) && wish.kind() != Entry.Kind.ABSENT) {
                made.add(new Step(creation(wish), path, entry, wish));
            }
        });
        then.forEach((path, wish) -> {
            Entry entry = now.getOrDefault(path, Entry.absent(path));
            boolean stamped = entry.kind() == wish.kind()
                    && entry.mode().equals(wish.mode())
                    && entry.modified().equals(wish.modified());
            boolean below = wish.kind() == Entry.Kind.DIRECTORY
                    && made.stream().anyMatch(step -> path.equals(step.path().getParent()));
            if (wish.kind() != Entry.Kind.ABSENT && wish.kind() != Entry.Kind.OTHER && (!stamped || below)) {
                made.add(new Step(What.STAMP, path, entry, wish));
            }
        });
        if (!made.isEmpty()) {
            steps.addAll(made);
            changing.put(top, tree(top));
        }
    }

    private static What creation(Entry wish) {
        return switch (wish.kind()) {
            case DIRECTORY -> What.MAKE_DIRECTORY;
            case FILE -> What.WRITE;
            case LINK -> What.LINK;
            default -> What.LOST;
        };
    }

    /** What is there now, with the names that the store would give to the bytes. */
    private NavigableMap<Path, Entry> now(Path top) throws ToolException {
        NavigableMap<Path, Entry> found = new TreeMap<>();
        RootTree tree = tree(top);
        try (ObjectInserter.Formatter names = new ObjectInserter.Formatter();
                Place place = tree.findLink(top.toString())) {
            PosixFileAttributes attributes = place.attributes().orElse(null);
            if (attributes == null) {
                return found;
            }
            found.put(top, entry(place, attributes, names));
            if (attributes.isDirectory()) {
                Descent.ofEverything(tree).below(place, (child, at) -> {
                    found.put(child.real(), entry(child, at, names));
                    return true;
                });
            }
        } catch (ToolException e) {
            if (!e.code().equals("ILR-TOOLS-012")) {
                throw e;
            }
            // not even its directory is there
        }
        return found;
    }

    private static Entry entry(Place place, PosixFileAttributes at, ObjectInserter.Formatter names)
            throws ToolException {
        if (at.isSymbolicLink()) {
            return Entry.of(place.real(), at, place.linkTarget().toString());
        }
        if (!at.isRegularFile()) {
            return Entry.of(place.real(), at, "");
        }
        try (InputStream in = place.read()) {
            return Entry.of(
                    place.real(),
                    at,
                    names.idFor(Constants.OBJ_BLOB, at.size(), in).name());
        } catch (IOException e) {
            throw Failures.of(place.shown().toString(), e);
        }
    }

    List<Step> steps() {
        return steps;
    }

    /** What is changed, without what only gets its time back. */
    List<Step> visible() {
        return steps.stream().filter(step -> step.what() != What.STAMP).toList();
    }

    /** What will change, to be kept before it does. */
    Map<Path, RootTree> changing() {
        return changing;
    }

    /** Names exactly this: what is, and what would be done to it. */
    String digest() {
        StringBuilder all = new StringBuilder();
        steps.forEach(step -> all.append(step.what())
                .append(step.now().toJson())
                .append(step.then().toJson())
                .append('\n'));
        return Digests.sha256Hex(all.toString().getBytes(StandardCharsets.UTF_8))
                .substring(0, 32);
    }

    /** Does it. */
    void apply(ToolRequest request, java.util.Set<Path> othersTouched) throws ToolException {
        List<Step> deletions = steps.stream()
                .filter(step -> step.what() == What.DELETE)
                .sorted(Comparator.comparing(Step::path, DEEPEST_FIRST))
                .toList();
        List<Step> stamps = steps.stream()
                .filter(step -> step.what() == What.STAMP)
                .sorted(Comparator.comparing(Step::path, DEEPEST_FIRST))
                .toList();
        List<Step> creations = visible().stream()
                .filter(step -> step.what() != What.DELETE)
                .sorted(Comparator.comparing(Step::path))
                .toList();
        long done = 0;
        for (List<Step> phase : List.of(deletions, creations, stamps)) {
            for (Step step : phase) {
                apply(step, request);
                if (++done % 100 == 0) {
                    request.progress(done, steps.size(), done + " of " + steps.size() + " steps");
                }
            }
        }
        parents(othersTouched);
    }

    private void apply(Step step, ToolRequest request) throws ToolException {
        RootTree tree = tree(step.path());
        if (step.what() == What.MAKE_DIRECTORY || step.what() == What.WRITE || step.what() == What.LINK) {
            parentsOf(step.path(), tree);
        }
        try (Place place = tree.findLink(step.path().toString())) {
            switch (step.what()) {
                case DELETE -> new TreeCopy(tree, request).delete(place);
                case MAKE_DIRECTORY -> {
                    if (place.attributes().isEmpty()) {
                        place.makeDirectory();
                    }
                }
                case LINK -> {
                    if (place.attributes().isPresent()) {
                        place.deleteFile();
                    }
                    place.makeLink(Path.of(step.then().content()));
                }
                case WRITE -> write(place, step.then());
                case STAMP ->
                    place.restore(step.then().permissions(), step.then().time());
                case LOST -> {
                    // said in the plan
                }
            }
        }
    }

    private void write(Place place, Entry then) throws ToolException {
        try (InputStream in = store.bytes(then.content()).openStream();
                Replacement replacement = place.replacement()) {
            replacement.write(in);
            replacement.finish(then.permissions(), then.time());
        } catch (IOException e) {
            throw new ToolException(
                    "ILR-TOOLS-056",
                    "The bytes of " + place.shown() + " cannot be read from the store: " + e.getMessage() + ".",
                    "Look at the disk of the time machine's store.",
                    e);
        }
    }

    private void parentsOf(Path path, RootTree tree) throws ToolException {
        List<Path> missing = new ArrayList<>();
        for (Path up = path.getParent();
                up != null
                        && !tree.realDirectories().contains(up)
                        && wanted.parents().containsKey(up);
                up = up.getParent()) {
            missing.add(0, up);
        }
        for (Path directory : missing) {
            try (Place place = tree.findLink(directory.toString())) {
                if (place.attributes().isEmpty()) {
                    place.makeDirectory();
                }
            }
        }
    }

    /** The times of the directories around, unless a later call that is not undone changed them too. */
    private void parents(java.util.Set<Path> othersTouched) throws ToolException {
        List<Path> order = new ArrayList<>(wanted.parents().keySet());
        order.sort(DEEPEST_FIRST);
        for (Path path : order) {
            if (othersTouched.contains(path)) {
                continue;
            }
            Entry then = Objects.requireNonNull(wanted.parents().get(path));
            try (Place place = tree(path).findLink(path.toString())) {
                if (place.attributes().filter(PosixFileAttributes::isDirectory).isPresent()) {
                    place.restore(then.permissions(), then.time());
                }
            } catch (ToolException e) {
                if (!e.code().equals("ILR-TOOLS-012")) {
                    throw e;
                }
            }
        }
    }
}
