package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One walk from a root to a place: what {@code openat2(RESOLVE_BENEATH)} does, where Java has no such call. Used once. */
final class Walk {
    private static final int MAX_LINKS = 40;

    private final RootTree tree;
    private final String asked;
    private final boolean followLast;
    private final Deque<SecureDirectoryStream<Path>> handles = new ArrayDeque<>();
    private final List<Path> names = new ArrayList<>();
    private RootTree.Root root;
    private int links;

    Walk(RootTree tree, String asked, boolean followLast) {
        this.tree = tree;
        this.asked = asked;
        this.followLast = followLast;
        this.root = new RootTree.Root(Path.of(""), Path.of(""), Opening.HANDLE);
    }

    Place from(RootTree.Root start, Path below) throws ToolException {
        try {
            enter(start);
            Deque<Path> ahead = new ArrayDeque<>();
            push(ahead, below);
            while (!ahead.isEmpty()) {
                Path name = ahead.pop();
                Optional<Place> end = step(name, ahead);
                if (end.isPresent()) {
                    return end.get();
                }
            }
            return place(Path.of("."), names);
        } catch (IOException e) {
            throw Failures.of(asked, e);
        } finally {
            handles.forEach(Walk::closeQuietly);
        }
    }

    private Optional<Place> step(Path name, Deque<Path> ahead) throws IOException, ToolException {
        String text = name.toString();
        if (text.isEmpty() || text.equals(".")) {
            return Optional.empty();
        }
        if (text.equals("..")) {
            if (names.isEmpty()) {
                throw Failures.outside(asked, tree);
            }
            names.remove(names.size() - 1);
            closeQuietly(handles.pop());
            return Optional.empty();
        }
        boolean last = ahead.isEmpty();
        Optional<PosixFileAttributes> found = lookAt(name);
        if (found.isEmpty()) {
            if (last) {
                return Optional.of(place(name, joined(name)));
            }
            throw new ToolException(
                    "ILR-TOOLS-012",
                    "Parent directory does not exist: "
                            + Failures.shown(
                                    root.given().resolve(relative(joined(name))).toString()) + ".",
                    "Make it with create_directory first.");
        }
        if (found.get().isSymbolicLink() && (followLast || !last)) {
            follow(name, ahead);
            return Optional.empty();
        }
        if (last) {
            return Optional.of(place(name, joined(name)));
        }
        if (!found.get().isDirectory()) {
            throw Failures.missing(asked);
        }
        handles.push(open(name));
        names.add(name);
        return Optional.empty();
    }

    private Optional<PosixFileAttributes> lookAt(Path name) throws IOException {
        try {
            return Optional.of(top().getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The text of a link may be swapped while it is read; whatever it says, the walk goes on from handles only. */
    private void follow(Path name, Deque<Path> ahead) throws IOException, ToolException {
        if (++links > MAX_LINKS) {
            throw new ToolException("ILR-TOOLS-010", "Too many links on the way.", "Use the real path.");
        }
        Path target;
        try {
            target = Files.readSymbolicLink(root.real().resolve(relative(joined(name))));
        } catch (NotLinkException e) {
            throw Failures.changed(asked);
        }
        if (!target.isAbsolute()) {
            push(ahead, target);
            return;
        }
        RootTree.Root other = tree.rootOf(target).orElseThrow(() -> Failures.outside(asked, tree));
        handles.forEach(Walk::closeQuietly);
        handles.clear();
        names.clear();
        enter(other);
        push(ahead, RootTree.below(other, target));
    }

    private void enter(RootTree.Root entered) throws IOException {
        root = entered;
        handles.push(entered.open());
    }

    private SecureDirectoryStream<Path> open(Path name) throws IOException {
        return top().newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    }

    private SecureDirectoryStream<Path> top() {
        return handles.getFirst();
    }

    private static void push(Deque<Path> ahead, Path more) {
        for (int i = more.getNameCount() - 1; i >= 0; i--) {
            ahead.push(more.getName(i));
        }
    }

    private List<Path> joined(Path name) {
        List<Path> all = new ArrayList<>(names);
        all.add(name);
        return all;
    }

    private static Path relative(List<Path> names) {
        Path path = Path.of("");
        for (Path name : names) {
            path = path.resolve(name);
        }
        return path;
    }

    private Place place(Path name, List<Path> all) {
        return new Place(tree, handles.pop(), name, root, relative(all));
    }

    private static void closeQuietly(SecureDirectoryStream<Path> handle) {
        try {
            handle.close();
        } catch (IOException e) {
            // a handle that cannot be closed is gone
        }
    }
}
