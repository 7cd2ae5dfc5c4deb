package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.json.Digests;
import dev.ilura.transport.stdio.spawn.Os;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A server's own program, held so that what was hashed is what runs. The attack: to put another file in its place between
 * the look and the start.
 *
 * <p>On Linux without confinement the open file itself is executed, by its number. A confined child may not reach into
 * this process, so it gets a private copy that was hashed while it was made.
 */
final class PinnedProgram implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String path;
    private final Map<Path, Path> shownAs;
    private final Optional<FileChannel> open;

    private PinnedProgram(String path, Map<Path, Path> shownAs, Optional<FileChannel> open) {
        this.path = path;
        this.shownAs = shownAs;
        this.open = open;
    }

    /** A program that only an administrator can change, or a system without the means: it is started by its path. */
    static PinnedProgram byPath(String program) {
        return new PinnedProgram(program, Map.of(), Optional.empty());
    }

    /**
     * Holds the file.
     *
     * @param copyTo where a copy may be made; empty: execute the open file
     * @throws IluraException ILR-SPAWN-009 if it is not the file that was judged
     */
    static PinnedProgram of(Path program, String sha256, Optional<Path> copyTo) throws IOException {
        if (copyTo.isPresent()) {
            return copy(program, sha256, copyTo.get());
        }
        if (Os.current() != Os.LINUX) {
            return byPath(program.toString());
        }
        FileChannel channel = FileChannel.open(program, StandardOpenOption.READ);
        try {
            MessageDigest digest = Digests.newSha256();
            read(channel, digest, OutputStream.nullOutputStream());
            require(digest, sha256, program);
            String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor(channel);
            return new PinnedProgram(path, Map.of(), Optional.of(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static PinnedProgram copy(Path program, String sha256, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path copy = directory.resolve(program.getFileName().toString());
        MessageDigest digest = Digests.newSha256();
        try (FileChannel read = FileChannel.open(program, StandardOpenOption.READ);
                OutputStream out = Files.newOutputStream(copy, StandardOpenOption.CREATE_NEW)) {
            read(read, digest, out);
        }
        require(digest, sha256, program);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r-x------"));
        return new PinnedProgram(copy.toString(), Map.of(program, copy), Optional.empty());
    }

    /**
     * The number of the open file. Java does not tell it, so the file is moved to a place that no other open file has, and
     * the kernel tells who is there. Names would not do: the name may lead to another file by now.
     */
    private static String descriptor(FileChannel channel) throws IOException {
        long mark = RANDOM.nextLong(1L << 32, 1L << 40);
        channel.position(mark);
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fdinfo"))) {
            for (Path descriptor : descriptors) {
                if (isAt(descriptor, mark)) {
                    return descriptor.getFileName().toString();
                }
            }
        }
        throw new IOException("the open program is not among the open files of this process");
    }

    private static boolean isAt(Path descriptor, long mark) {
        try {
            return Files.readString(descriptor, StandardCharsets.US_ASCII).startsWith("pos:\t" + mark + "\n");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static void read(FileChannel from, MessageDigest digest, OutputStream to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
        while (from.read(chunk) >= 0) {
            digest.update(chunk.array(), 0, chunk.position());
            to.write(chunk.array(), 0, chunk.position());
            chunk.clear();
        }
    }

    private static void require(MessageDigest digest, String sha256, Path program) {
        if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
            throw new IluraException(
                    "ILR-SPAWN-009",
                    "The program " + program + " changed after it was judged.",
                    "Find out who changed it; then start the server again.");
        }
    }

    /** What to execute. */
    String path() {
        return path;
    }

    /** Where a copy has to be seen instead of the original, for programs that look beside themselves. */
    Map<Path, Path> shownAs() {
        return shownAs;
    }

    /** Lets go of the open file; an interpreter may still have to read it, so not before the child has ended. */
    @Override
    public void close() {
        open.ifPresent(channel -> {
            try {
                channel.close();
            } catch (IOException e) {
                // nothing was written, nothing is lost
            }
        });
    }
}
