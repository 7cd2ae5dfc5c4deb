package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some directories and what is below them. A path is walked from the handle of its root, name by name, and no step of the
 * file system follows a link: links are read and walked here, and one that leads out ends the walk. The attack: somebody
 * who may write below a root swaps a name for a link while a call runs. Where Java has no handles,
 * {@link CheckedDirectory} stands in for them. Thread-safe.
 *
 * <p>The roots themselves, and whatever is above them, belong to the operator and are trusted.
 */
public final class RootTree {
    private static final Logger LOG = LoggerFactory.getLogger(RootTree.class);
    private static final int MAX_PATH = 4096;

    private final List<Root> roots;
    private final SecretNames secrets;
    private final boolean hardLinks;
    private final ReentrantLock changes = new ReentrantLock();

    /** A root as the operator wrote it, and where it really is. */
    record Root(Path given, Path real, Opening opening) {
        SecureDirectoryStream<Path> open() throws IOException {
            return opening.open(real);
        }
    }

    private RootTree(List<Root> roots, SecretNames secrets, boolean hardLinks) {
        this.roots = roots;
        this.secrets = secrets;
        this.hardLinks = hardLinks;
    }

    /**
     * Looks at the roots.
     *
     * @param secrets which names are those of secrets
     * @param hardLinks whether a file with several names may be read: one of them may lie outside
     * @throws IllegalArgumentException if one is no directory, or this platform can neither open relative to a handle nor
     *     tell directories apart
     */
    public static RootTree of(List<Path> directories, SecretNames secrets, boolean hardLinks) {
        return of(directories, secrets, hardLinks, RootTree::opening);
    }

    /** The same, opened in this way. */
    static RootTree of(
            List<Path> directories, SecretNames secrets, boolean hardLinks, Function<Path, Opening> opening) {
        List<Root> roots = directories.stream().map(path -> root(path, opening)).toList();
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("there is no root");
        }
        return new RootTree(roots, secrets, hardLinks);
    }

    private static Root root(Path directory, Function<Path, Opening> opening) {
        Path given = directory.toAbsolutePath().normalize();
        try {
            return new Root(given, given.toRealPath(), opening.apply(given));
        } catch (IOException e) {
            throw new IllegalArgumentException(given + " is no directory that can be read", e);
        }
    }

    private static Opening opening(Path directory) {
        Opening best;
        try {
            best = Opening.of(directory)
                    .orElseThrow(() -> new IllegalArgumentException("this Java can neither open files relative to a "
                            + "directory on " + directory + " nor tell a swapped directory from the right one"));
        } catch (IOException e) {
            throw new IllegalArgumentException(directory + " is no directory that can be read", e);
        }
        if (best.equals(Opening.PATH)) {
            LOG.warn(
                    "this Java opens no files relative to a directory; below {} names are looked at before and after "
                            + "each step instead, which a swap within one step can escape",
                    directory);
        }
        return best;
    }

    /** The roots as the operator wrote them. */
    public List<Path> directories() {
        return roots.stream().map(Root::given).toList();
    }

    /** The roots as they really are. */
    public List<Path> realDirectories() {
        return roots.stream().map(Root::real).toList();
    }

    public SecretNames secrets() {
        return secrets;
    }

    boolean readsHardLinks() {
        return hardLinks;
    }

    /** Held by whoever changes something: one change at a time, so that what is remembered before it is what was there. */
    public ReentrantLock changes() {
        return changes;
    }

    /** Whether the text names a secret, before anything is looked at. Errs towards yes. */
    public boolean namesSecret(String path) {
        try {
            Path asked = Path.of(path);
            Path absolute = absolute(asked);
            return rootOf(absolute)
                    .map(root -> secrets.isSecret(below(root, absolute)))
                    .orElseGet(() -> secrets.isSecret(asked));
        } catch (InvalidPathException e) {
            return true;
        }
    }

    /**
     * Walks to a path, following links as long as they stay inside.
     *
     * @throws ToolException if it leads outside, through what is no directory, or there is no such directory on the way;
     *     that the last name does not exist is no mistake
     */
    public Place find(String path) throws ToolException {
        return walk(path, true);
    }

    /** As {@link #find}, but a link in the last place is meant itself. */
    public Place findLink(String path) throws ToolException {
        return walk(path, false);
    }

    private Place walk(String path, boolean followLast) throws ToolException {
        Path absolute;
        try {
            if (path.isEmpty() || path.length() > MAX_PATH) {
                throw new InvalidPathException("", "its length is not 1 to " + MAX_PATH);
            }
            absolute = absolute(Path.of(path));
        } catch (InvalidPathException e) {
            throw new ToolException(
                    "ILR-TOOLS-010", "This is no path: " + e.getReason() + ".", "Write a plain path.", e);
        }
        Root root = rootOf(absolute).orElseThrow(() -> Failures.outside(path, this));
        Place place = new Walk(this, path, followLast).from(root, below(root, absolute));
        if (secrets.isSecret(place.relative()) && !secrets.isSecret(below(root, absolute))) {
            place.close();
            // the attack: notes.txt, a link to .env, read in the lane of notes
            throw new ToolException(
                    "ILR-TOOLS-016",
                    Failures.shown(path) + " leads to a file that looks like a secret.",
                    "Call it by its own name, so that whoever approves sees it.");
        }
        return place;
    }

    private Path absolute(Path path) {
        return (path.isAbsolute() ? path : roots.get(0).given().resolve(path)).normalize();
    }

    /** The innermost root that the path is in by its text. */
    Optional<Root> rootOf(Path absolute) {
        return roots.stream()
                .filter(root -> absolute.startsWith(root.given()) || absolute.startsWith(root.real()))
                .max(Comparator.comparingInt(root -> root.real().getNameCount()));
    }

    /** What is left of the path below the root, as text; not normalised. */
    static Path below(Root root, Path absolute) {
        Path base = absolute.startsWith(root.given()) ? root.given() : root.real();
        return absolute.getNameCount() == base.getNameCount()
                ? Path.of("")
                : absolute.subpath(base.getNameCount(), absolute.getNameCount());
    }
}
