package dev.ilura.tools.tree;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory for a Java that opens none by handle. It is known by its real path and its file key, and both are looked at
 * before and after each step. A name that is swapped for a link and stays so ends the step: nothing that was read is handed
 * out, nothing is written, and what was moved goes back. A swap there and back within one step is not seen; docs/tools.md
 * says what follows. Used by one thread.
 */
final class CheckedDirectory implements SecureDirectoryStream<Path> {
    private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;

    private final Path real;
    private final Object key;
    private final Runnable between;
    private @Nullable DirectoryStream<Path> listing;

    private CheckedDirectory(Path real, Object key, Runnable between) {
        this.real = real;
        this.key = key;
        this.between = between;
    }

    /**
     * Opens a directory.
     *
     * @param real its real path
     * @param between run between each look and what follows it, where somebody else might come in
     */
    static CheckedDirectory open(Path real, Runnable between) throws IOException {
        return of(real, real, between);
    }

    private static CheckedDirectory of(Path written, Path expected, Runnable between) throws IOException {
        BasicFileAttributes found = attributes(written);
        if (!found.isDirectory()) {
            throw new NotDirectoryException(written.toString());
        }
        // the disk may know the last name in other letters, upper or lower case
        Path its = written.toRealPath();
        if (!Objects.equals(its.getParent(), expected.getParent())) {
            throw new SwappedException(written);
        }
        CheckedDirectory opened = new CheckedDirectory(its, found.fileKey(), between);
        opened.check();
        return opened;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW);
    }

    /** The attack: a name on the way here was swapped for a link to the outside. */
    private void check() throws IOException {
        try {
            if (real.toRealPath().equals(real) && key.equals(attributes(real).fileKey())) {
                return;
            }
        } catch (IOException e) {
            // it is not there, or not to be reached: the same
        }
        throw new SwappedException(real);
    }

    private boolean isHere(Path path, Object its) {
        try {
            check();
            return its.equals(attributes(path).fileKey());
        } catch (IOException e) {
            return false;
        }
    }

    /** What is done in a step. */
    interface Work<T extends @Nullable Object> {
        T run() throws IOException;
    }

    /** Does something between two looks. */
    <T extends @Nullable Object> T step(Work<T> work) throws IOException {
        check();
        between.run();
        T made = work.run();
        check();
        return made;
    }

    private Path at(Path name) throws IOException {
        String text = name.toString();
        if (name.isAbsolute() || name.getNameCount() != 1 || text.equals("..")) {
            throw new FileSystemException(text, null, "it is not one name");
        }
        return text.equals(".") ? real : real.resolve(name);
    }

    @Override
    public SecureDirectoryStream<Path> newDirectoryStream(Path name, LinkOption... options) throws IOException {
        Path at = at(name);
        return step(() -> of(at, at, between));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        Path at = at(name);
        Set<OpenOption> all = new HashSet<>(options);
        all.add(NOFOLLOW);
        boolean making = all.contains(StandardOpenOption.CREATE_NEW);
        check();
        Object its = making ? key : attributes(at).fileKey();
        between.run();
        SeekableByteChannel channel = Files.newByteChannel(at, all, attributes);
        if (making ? isHere(real, key) : isHere(at, its)) {
            return channel;
        }
        channel.close();
        if (making) {
            // empty, and with a name that nobody else has
            Files.deleteIfExists(at);
        }
        throw new SwappedException(real);
    }

    @Override
    public void deleteFile(Path name) throws IOException {
        delete(name, false);
    }

    @Override
    public void deleteDirectory(Path name) throws IOException {
        delete(name, true);
    }

    /** First it gets a name that nobody else has: what is swapped now is found out while it can still be put back. */
    private void delete(Path name, boolean directory) throws IOException {
        Path at = at(name);
        check();
        BasicFileAttributes found = attributes(at);
        if (found.isDirectory() != directory) {
            throw new SwappedException(at);
        }
        Path aside = real.resolve(Staging.name());
        between.run();
        Files.move(at, aside, StandardCopyOption.ATOMIC_MOVE);
        if (!isHere(aside, found.fileKey())) {
            putBack(aside, at);
            throw new SwappedException(real);
        }
        between.run();
        try {
            Files.delete(aside);
        } catch (DirectoryNotEmptyException e) {
            putBack(aside, at);
            throw e;
        }
    }

    @Override
    public void move(Path name, SecureDirectoryStream<Path> target, Path targetName) throws IOException {
        CheckedDirectory to = (CheckedDirectory) target;
        Path from = at(name);
        Path into = to.at(targetName);
        check();
        to.check();
        Object its = attributes(from).fileKey();
        if (!to.real.equals(real) && Files.exists(into, NOFOLLOW)) {
            throw new FileAlreadyExistsException(into.toString());
        }
        between.run();
        Files.move(from, into, StandardCopyOption.ATOMIC_MOVE);
        if (!to.isHere(into, its)) {
            putBack(into, from);
            throw new SwappedException(to.real);
        }
    }

    private static void putBack(Path now, Path before) throws IOException {
        if (Files.exists(now, NOFOLLOW) && !Files.exists(before, NOFOLLOW)) {
            Files.move(now, before, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Class<V> type) {
        return getFileAttributeView(Path.of("."), type);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path name, Class<V> type, LinkOption... options) {
        try {
            PosixFileAttributeView plain = Files.getFileAttributeView(at(name), PosixFileAttributeView.class, NOFOLLOW);
            return type.cast(new CheckedView(this, plain));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // closed with this directory
    public Iterator<Path> iterator() {
        try {
            DirectoryStream<Path> opened = step(() -> Files.newDirectoryStream(real));
            listing = opened;
            Iterator<Path> names = opened.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    if (names.hasNext()) {
                        return true;
                    }
                    try {
                        check();
                        return false;
                    } catch (IOException e) {
                        throw new DirectoryIteratorException(e);
                    }
                }

                @Override
                public Path next() {
                    return names.next();
                }
            };
        } catch (IOException e) {
            throw new DirectoryIteratorException(e);
        }
    }

    @Override
    public void close() throws IOException {
        DirectoryStream<Path> open = listing;
        if (open != null) {
            open.close();
        }
    }
}
