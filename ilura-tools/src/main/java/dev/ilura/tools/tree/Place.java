package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A name in an open directory. Whatever becomes of the path, this stays the name in that very directory. Nothing here
 * follows a link. Used by one thread.
 */
public final class Place implements AutoCloseable {
    private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;
    private static final Path SELF = Path.of(".");

    private final RootTree tree;
    private final SecureDirectoryStream<Path> parent;
    private final Path name;
    private final RootTree.Root root;
    private final Path relative;

    Place(RootTree tree, SecureDirectoryStream<Path> parent, Path name, RootTree.Root root, Path relative) {
        this.tree = tree;
        this.parent = parent;
        this.name = name;
        this.root = root;
        this.relative = relative;
    }

    /** Where it is below its root; empty for the root itself. */
    public Path relative() {
        return relative;
    }

    /** Its path by the root as it really is. */
    public Path real() {
        return relative.toString().isEmpty() ? root.real() : root.real().resolve(relative);
    }

    /** Its path by the root as the operator wrote it; what people see. */
    public Path shown() {
        return relative.toString().isEmpty() ? root.given() : root.given().resolve(relative);
    }

    /** The root that it is below, as it really is. */
    public Path root() {
        return root.real();
    }

    public boolean isRoot() {
        return name.equals(SELF);
    }

    /** Whether it has the name of a secret. */
    public boolean isSecret() {
        return tree.secrets().isSecret(relative);
    }

    /** What is there; of a link the link itself. */
    public Optional<PosixFileAttributes> attributes() throws ToolException {
        try {
            return Optional.of(view(name).readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** What is there, which must be something. */
    public PosixFileAttributes existing() throws ToolException {
        return attributes().orElseThrow(() -> Failures.missing(shown().toString()));
    }

    /** The directory that the name is in. */
    public PosixFileAttributes parentAttributes() throws ToolException {
        try {
            return view(SELF).readAttributes();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** The mode and times of the directory that the name is in. */
    public void restoreParent(Set<PosixFilePermission> mode, FileTime modified) throws ToolException {
        try {
            stamp(SELF, Objects.requireNonNull(real().getParent()), mode, modified);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Opens the file that is there. Devices, pipes and sockets are refused before they are opened, and so is a file that has
     * other names, one of which may lie outside.
     */
    public InputStream read() throws ToolException {
        return Channels.newInputStream(channel());
    }

    /** As {@link #read()}, with positions. */
    public SeekableByteChannel channel() throws ToolException {
        PosixFileAttributes before = requireFile();
        SeekableByteChannel opened;
        try {
            opened = parent.newByteChannel(name, Set.of(StandardOpenOption.READ, NOFOLLOW));
        } catch (IOException e) {
            throw failure(e);
        }
        boolean same = false;
        try {
            same = isSame(before, existing());
        } finally {
            if (!same) {
                closeQuietly(opened);
            }
        }
        if (!same) {
            throw Failures.changed(shown().toString());
        }
        return opened;
    }

    /** What is there is a plain file that may be read. */
    public PosixFileAttributes requireFile() throws ToolException {
        PosixFileAttributes found = existing();
        if (found.isDirectory()) {
            throw new ToolException(
                    "ILR-TOOLS-015", shown() + " is a directory.", "Use list_directory, or name a file in it.");
        }
        if (!found.isRegularFile()) {
            throw new ToolException(
                    "ILR-TOOLS-020",
                    shown() + " is no plain file: a link, device, pipe or socket is not opened.",
                    "Use a plain file.");
        }
        requireOneName(found);
        return found;
    }

    /** The attack: a hard link to a file outside, which no walk over names can tell from a file inside. */
    private void requireOneName(PosixFileAttributes found) throws ToolException {
        if (tree.readsHardLinks()) {
            return;
        }
        Map<String, Object> byPath;
        try {
            byPath = Files.readAttributes(real(), "unix:fileKey,nlink", NOFOLLOW);
        } catch (IOException e) {
            throw failure(e);
        }
        if (!found.fileKey().equals(byPath.get("fileKey"))) {
            throw Failures.changed(shown().toString());
        }
        if (byPath.get("nlink") instanceof Integer links && links > 1) {
            throw new ToolException(
                    "ILR-TOOLS-021",
                    shown() + " has " + links + " names (hard links), and one may lie outside the roots.",
                    "Set hard_links = true for file_io if that is meant.");
        }
    }

    /** Opens the directory that is there. */
    public SecureDirectoryStream<Path> directory() throws ToolException {
        PosixFileAttributes found = existing();
        if (!found.isDirectory()) {
            throw new ToolException("ILR-TOOLS-022", shown() + " is no directory.", "Name a directory.");
        }
        try {
            return parent.newDirectoryStream(name, NOFOLLOW);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** A name in the directory that is here. */
    public Place child(RootTree of, Path entry) throws ToolException {
        return new Place(of, directory(), entry, root, relative.resolve(entry));
    }

    /** Where a link leads, as it says itself. */
    public Path linkTarget() throws ToolException {
        try {
            return Files.readSymbolicLink(real());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Begins to put a new file here; nothing is seen of it before it is whole. */
    public Replacement replacement() throws ToolException {
        return new Replacement(this, parent, name);
    }

    /** Makes an empty directory here. Java cannot make one in an open directory, so it is made in the root and moved. */
    public void makeDirectory() throws ToolException {
        Path staged = Staging.name();
        try {
            Files.createDirectory(root.real().resolve(staged));
            fromRoot(staged);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Makes a link here. */
    public void makeLink(Path target) throws ToolException {
        Path staged = Staging.name();
        try {
            Files.createSymbolicLink(root.real().resolve(staged), target);
            fromRoot(staged);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void fromRoot(Path staged) throws IOException {
        try (SecureDirectoryStream<Path> top = root.open()) {
            top.move(staged, parent, name);
        } catch (IOException e) {
            Files.deleteIfExists(root.real().resolve(staged));
            throw e;
        }
    }

    /** Deletes the file or link that is here. */
    public void deleteFile() throws ToolException {
        try {
            parent.deleteFile(name);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Deletes the empty directory that is here. */
    public void deleteDirectory() throws ToolException {
        try {
            parent.deleteDirectory(name);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Gives what is here that name; nothing may be there. */
    public void moveTo(Place target) throws ToolException {
        if (target.attributes().isPresent()) {
            throw Failures.exists(target.shown().toString());
        }
        try {
            parent.move(name, target.parent, target.name);
        } catch (IOException e) {
            throw target.failure(e);
        }
    }

    /** Sets mode and time of what is here. */
    public void restore(Set<PosixFilePermission> mode, FileTime modified) throws ToolException {
        try {
            stamp(name, real(), mode, modified);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void stamp(Path entry, Path path, Set<PosixFilePermission> mode, FileTime modified) throws IOException {
        PosixFileAttributeView view = view(entry);
        PosixFileAttributes now = view.readAttributes();
        if (!now.permissions().equals(mode) && !now.isSymbolicLink()) {
            view.setPermissions(mode);
        }
        if (now.lastModifiedTime().equals(modified)) {
            return;
        }
        if (!now.isSymbolicLink()) {
            view.setTimes(modified, null, null);
        }
        if (!view.readAttributes().lastModifiedTime().equals(modified)) {
            // before Java 18 a handle sets whole microseconds only, and no times of links; a path does better
            Files.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW)
                    .setTimes(modified, null, null);
        }
    }

    private PosixFileAttributeView view(Path entry) {
        return parent.getFileAttributeView(entry, PosixFileAttributeView.class, NOFOLLOW);
    }

    /** Whether both are the same file in the same state, as far as the file system tells. */
    static boolean isSame(PosixFileAttributes one, PosixFileAttributes other) {
        return one.fileKey().equals(other.fileKey())
                && one.size() == other.size()
                && one.lastModifiedTime().equals(other.lastModifiedTime());
    }

    ToolException failure(IOException e) {
        return Failures.of(shown().toString(), e);
    }

    static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception e) {
            // what cannot be closed is gone
        }
    }

    @Override
    public void close() {
        closeQuietly(parent);
    }
}
