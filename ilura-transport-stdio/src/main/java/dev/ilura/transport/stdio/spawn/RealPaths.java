package dev.ilura.transport.stdio.spawn;

import dev.ilura.json.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The file system of this machine. */
final class RealPaths implements PathResolver {
    private static final String ADMINISTRATOR = "root";

    private final String user = System.getProperty("user.name", "");

    @Override
    public Found find(String absolutePath) {
        try {
            Path real = Path.of(absolutePath).toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return new Found(kind(attributes), real.toString(), guarded(real));
        } catch (IOException | InvalidPathException missing) {
            return new Found(Kind.MISSING, absolutePath, false);
        }
    }

    private static Kind kind(BasicFileAttributes attributes) {
        if (attributes.isRegularFile()) {
            return Kind.FILE;
        }
        return attributes.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
    }

    /** A directory above that others can write lets them put another file in this one's place. */
    private boolean guarded(Path real) throws IOException {
        for (@Nullable Path at = real; at != null; at = at.getParent()) {
            PosixFileAttributeView view = Files.getFileAttributeView(at, PosixFileAttributeView.class);
            if (view != null && !guarded(view.readAttributes())) {
                return false;
            }
        }
        return true;
    }

    private boolean guarded(PosixFileAttributes attributes) {
        String owner = attributes.owner().getName();
        Set<PosixFilePermission> permissions = attributes.permissions();
        return (owner.equals(ADMINISTRATOR) || owner.equals(user))
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    @Override
    public String digest(String realPath) {
        MessageDigest digest = Digests.newSha256();
        byte[] chunk = new byte[64 << 10];
        try (InputStream in = Files.newInputStream(Path.of(realPath))) {
            int read;
            while ((read = in.read(chunk)) >= 0) {
                digest.update(chunk, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
