package dev.ilura.tools.tree;

import dev.ilura.spi.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** A file that is written beside its place, put on disk, and only then given its name. Used once, by one thread. */
public final class Replacement implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Place place;
    private final SecureDirectoryStream<Path> parent;
    private final Path name;
    private final Path staged = Staging.name();
    private final Optional<PosixFileAttributes> before;
    private boolean open;

    Replacement(Place place, SecureDirectoryStream<Path> parent, Path name) throws ToolException {
        this.place = place;
        this.parent = parent;
        this.name = name;
        this.before = place.attributes();
        if (before.isPresent() && !before.get().isRegularFile()) {
            place.requireFile();
        }
    }

    /** Writes the bytes. */
    public void write(byte[] bytes) throws ToolException {
        write(new java.io.ByteArrayInputStream(bytes));
    }

    /** Writes all of the stream. */
    public void write(InputStream in) throws ToolException {
        try (SeekableByteChannel channel = create()) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            force(channel);
        } catch (IOException e) {
            throw place.failure(e);
        }
    }

    /** A new file has the mode of new files; one that replaces another is private until it gets the other's mode. */
    private SeekableByteChannel create() throws IOException {
        Set<java.nio.file.OpenOption> options =
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
        SeekableByteChannel channel = before.isPresent()
                ? parent.newByteChannel(staged, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : parent.newByteChannel(staged, options);
        open = true;
        return channel;
    }

    private static void force(SeekableByteChannel channel) throws IOException {
        if (channel instanceof FileChannel file) {
            file.force(true);
        }
    }

    /**
     * Gives the file its name, with the mode of what was there.
     *
     * @param expected what must still be there; empty: whatever was there when the replacement began
     */
    public void finish(Optional<PosixFileAttributes> expected) throws ToolException {
        try {
            if (before.isPresent()) {
                view(staged).setPermissions(before.get().permissions());
            }
        } catch (IOException e) {
            throw place.failure(e);
        }
        requireUnchanged(expected.isPresent() ? expected : before);
        rename();
    }

    /** Gives the file its name, with that mode and time. */
    public void finish(Set<PosixFilePermission> mode, FileTime modified) throws ToolException {
        try {
            place.stamp(staged, place.real().resolveSibling(staged), mode, modified);
        } catch (IOException e) {
            throw place.failure(e);
        }
        rename();
    }

    private void requireUnchanged(Optional<PosixFileAttributes> expected) throws ToolException {
        Optional<PosixFileAttributes> now = place.attributes();
        boolean same =
                expected.isPresent() ? now.isPresent() && Place.isSame(expected.get(), now.get()) : now.isEmpty();
        if (!same) {
            throw Failures.changed(place.shown().toString());
        }
    }

    private void rename() throws ToolException {
        try {
            parent.move(staged, parent, name);
            open = false;
            try (SeekableByteChannel directory =
                    parent.newByteChannel(Path.of("."), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                force(directory);
            }
        } catch (IOException e) {
            throw place.failure(e);
        }
    }

    private PosixFileAttributeView view(Path entry) {
        return parent.getFileAttributeView(entry, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes what did not become a file. */
    @Override
    public void close() {
        if (open) {
            try {
                parent.deleteFile(staged);
            } catch (IOException e) {
                // it stays hidden, and is removed when the store is opened again
            }
        }
    }
}
