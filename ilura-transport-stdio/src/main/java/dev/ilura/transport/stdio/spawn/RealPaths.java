package dev.ilura.transport.stdio.spawn;

import dev.ilura.json.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The file system of this machine. On a way to a file every directory and every link counts: whoever can write one of
 * them can put another file in its place.
 */
final class RealPaths implements PathResolver {
    private static final int ROOT = 0;
    private static final int MAX_LINKS = 40;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private final Path home = Path.of(System.getProperty("user.home", "/"));

    @Override
    public Optional<Found> file(String absolutePath) {
        return find(absolutePath, BasicFileAttributes::isRegularFile);
    }

    @Override
    public Optional<Found> directory(String absolutePath) {
        return find(absolutePath, BasicFileAttributes::isDirectory);
    }

    private Optional<Found> find(String absolutePath, Predicate<BasicFileAttributes> wanted) {
        try {
            Path path = Path.of(absolutePath);
            Path real = path.toRealPath();
            if (!wanted.test(Files.readAttributes(real, BasicFileAttributes.class))) {
                return Optional.empty();
            }
            return Optional.of(new Found(real.toString(), custody(path, real)));
        } catch (IOException | InvalidPathException missing) {
            return Optional.empty();
        }
    }

    private Custody custody(Path path, Path real) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return real.startsWith(home) ? Custody.USER : Custody.ADMINISTRATOR;
        }
        int me = (int) Files.getAttribute(home, "unix:uid");
        if (!isGuarded(path, me, 0)) {
            return Custody.OTHERS;
        }
        int owner = (int) Files.getAttribute(real, "unix:uid");
        return owner != ROOT || real.startsWith(home) ? Custody.USER : Custody.ADMINISTRATOR;
    }

    private static boolean isGuarded(Path path, int me, int links) throws IOException {
        if (links > MAX_LINKS) {
            return false;
        }
        Path walked = path.getRoot();
        for (int i = 0; i < path.getNameCount(); i++) {
            Path directory = walked;
            walked = walked.resolve(path.getName(i)).normalize();
            if (Files.isSymbolicLink(walked)) {
                Path rest = i + 1 < path.getNameCount() ? path.subpath(i + 1, path.getNameCount()) : Path.of("");
                Path target = directory
                        .resolve(Files.readSymbolicLink(walked))
                        .normalize()
                        .resolve(rest);
                return isGuarded(directory, me, links + 1) && isGuarded(target, me, links + 1);
            }
            if (!isGuarded(walked, me)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isGuarded(Path path, int me) throws IOException {
        int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        boolean sticky = (mode & STICKY) != 0 && Files.isDirectory(path);
        return (owner == ROOT || owner == me) && ((mode & WRITABLE_BY_OTHERS) == 0 || sticky);
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
