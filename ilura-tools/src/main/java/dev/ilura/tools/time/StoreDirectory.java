package dev.ilura.tools.time;

import dev.ilura.IluraException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The files of a store: its lock, its repository, and the list of what is gone. One process at a time has it. */
final class StoreDirectory implements AutoCloseable {
    static final int FAST = Deflater.BEST_SPEED;

    private final Path path;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Repository repository;

    private StoreDirectory(Path path, FileChannel lockFile, FileLock lock, Repository repository) {
        this.path = path;
        this.lockFile = lockFile;
        this.lock = lock;
        this.repository = repository;
    }

    /** @throws IluraException ILR-TOOLS-050 if another process has it */
    static StoreDirectory open(Path directory) throws IOException {
        QuietReader.install();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        FileChannel lockFile =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = held(lockFile, directory);
        removeStaleLocks(directory);
        return new StoreDirectory(directory, lockFile, lock, repository(directory));
    }

    private static FileLock held(FileChannel channel, Path directory) throws IOException {
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return held;
            }
        } catch (OverlappingFileLockException e) {
            // this very process has it
        }
        channel.close();
        throw new IluraException(
                "ILR-TOOLS-050",
                "The store of the time machine in " + directory + " is in use by another gateway.",
                "Stop that one, or give this one a store of its own.");
    }

    /** What a killed process left. The store is ours alone, so nobody can hold them. */
    private static void removeStaleLocks(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path stale :
                    all.filter(path -> path.toString().endsWith(".lock")).toList()) {
                Files.deleteIfExists(stale);
            }
        }
    }

    private static Repository repository(Path directory) throws IOException {
        Repository repository = new FileRepositoryBuilder()
                .setGitDir(directory.resolve("objects.git").toFile())
                .setBare()
                .build();
        if (!Files.exists(directory.resolve("objects.git/HEAD"))) {
            repository.create(true);
            StoredConfig config = repository.getConfig();
            config.setInt("core", null, "compression", FAST);
            config.setBoolean("core", null, "logAllRefUpdates", false);
            config.setString("core", null, "bigFileThreshold", "32m");
            config.setString("pack", null, "bigFileThreshold", "32m");
            config.setInt("pack", null, "window", 5);
            config.setInt("pack", null, "threads", 1);
            config.setInt("gc", null, "auto", 0);
            config.setString("gc", null, "prunePackExpire", "now");
            config.save();
        }
        return repository;
    }

    Path path() {
        return path;
    }

    Repository repository() {
        return repository;
    }

    /** Adds lines to the list of what is gone; each begins with the id of a call and a blank. */
    void addGone(String lines) throws IOException {
        Files.writeString(
                path.resolve("dropped"),
                lines,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** What the list says of a call. */
    Optional<String> gone(String call) throws IOException {
        Path file = path.resolve("dropped");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(call + " "))
                    .map(line -> line.substring(call.length() + 1))
                    .findFirst();
        }
    }

    /** Bytes on disk. */
    long size() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Override
    public void close() {
        try {
            repository.close();
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            // the end of the process releases it
        }
    }
}
