package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Some directories and what is below them. A path is walked from the handle of its root, name by name, and no step of the
 * file system follows a link: links are read and walked here, and one that leads out ends the walk. The attack: somebody
 * who may write below a root swaps a name for a link while a call runs. Thread-safe.
 *
 * <p>The roots themselves, and whatever is above them, belong to the operator and are trusted.
 */
public final class RootTree {
    private static final int MAX_PATH = 4096;

    private final List<Root> roots;
    private final SecretNames secrets;
    private final boolean hardLinks;
    private final ReentrantLock changes = new ReentrantLock();

    /** A root as the operator wrote it, and where it really is. */
    record Root(Path given, Path real) {}

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
     * @throws IllegalArgumentException if one is no directory, or this platform cannot open relative to a handle
     */
    public static RootTree of(List<Path> directories, SecretNames secrets, boolean hardLinks) {
        List<Root> roots = directories.stream().map(RootTree::root).toList();
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("there is no root");
        }
        return new RootTree(roots, secrets, hardLinks);
    }

    private static Root root(Path directory) {
        Path given = directory.toAbsolutePath().normalize();
        try (DirectoryStream<Path> handle = Files.newDirectoryStream(given)) {
            if (!(handle instanceof SecureDirectoryStream<Path>)) {
                throw new IllegalArgumentException("this Java cannot open files relative to a directory on " + given
                        + ", so links could not be held");
            }
            return new Root(given, given.toRealPath());
        } catch (IOException e) {
            throw new IllegalArgumentException(given + " is no directory that can be read", e);
        }
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
