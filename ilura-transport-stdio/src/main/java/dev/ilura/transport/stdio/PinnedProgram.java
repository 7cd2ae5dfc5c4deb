package dev.ilura.transport.stdio;

import dev.ilura.IluraException;
import dev.ilura.json.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
 * this process, and other systems do not name open files, so there a {@link ProgramStore copy} is executed.
 */
final class PinnedProgram implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String path;
    private final String sha256;
    private final Map<Path, Path> shownAs;
    private final Optional<FileChannel> open;

    private PinnedProgram(String path, String sha256, Map<Path, Path> shownAs, Optional<FileChannel> open) {
        this.path = path;
        this.sha256 = sha256;
        this.shownAs = shownAs;
        this.open = open;
    }

    /** A program that would not run elsewhere: it is started by its path. */
    static PinnedProgram byPath(String program) {
        return new PinnedProgram(program, "", Map.of(), Optional.empty());
    }

    /**
     * Holds the open file, which is executed by its number.
     *
     * @throws IluraException ILR-SPAWN-009 if it is not the file that was judged
     */
    static PinnedProgram openFile(Path program, String sha256) throws IOException {
        FileChannel channel = FileChannel.open(program, StandardOpenOption.READ);
        try {
            MessageDigest digest = Digests.newSha256();
            read(channel, digest, OutputStream.nullOutputStream());
            require(digest, sha256, program);
            String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor(channel);
            return new PinnedProgram(path, sha256, Map.of(), Optional.of(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Holds a copy, which is executed in the original's place.
     *
     * @throws IluraException ILR-SPAWN-009 if the file is not the one that was judged
     */
    static PinnedProgram copy(Path program, String sha256, ProgramStore store) throws IOException {
        Path copy = store.copy(program, sha256);
        return new PinnedProgram(copy.toString(), sha256, Map.of(program, copy), Optional.empty());
    }

    /**
     * Looks at a copy once more, right before it is executed. An open file was hashed as it is; nothing can be put under its
     * number.
     */
    void verify() throws IOException {
        for (Path copy : shownAs.values()) {
            ProgramStore.verify(copy, sha256);
        }
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

    static void read(FileChannel from, MessageDigest digest, OutputStream to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
        while (from.read(chunk) >= 0) {
            digest.update(chunk.array(), 0, chunk.position());
            to.write(chunk.array(), 0, chunk.position());
            chunk.clear();
        }
    }

    static boolean holds(MessageDigest digest, String sha256) {
        return HexFormat.of().formatHex(digest.digest()).equals(sha256);
    }

    static void require(MessageDigest digest, String sha256, Path program) {
        if (!holds(digest, sha256)) {
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
