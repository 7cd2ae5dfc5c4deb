package dev.ilura.audit;

import dev.ilura.audit.format.LogFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Held by the one writer of a log, in this process and among all of this machine. */
final class WriterLock {
    private final Path folder;
    private final FileChannel channel;

    private WriterLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes it, and makes the folder if there is none.
     *
     * @throws dev.ilura.IluraException ILR-AUDIT-001 if another writer has it
     */
    static WriterLock of(LogFolder folder) {
        FileChannel channel = null;
        try {
            PrivateFiles.directory(folder.path());
            channel = PrivateFiles.open(folder.lock());
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new WriterLock(folder.path(), channel);
            }
        } catch (OverlappingFileLockException sameProcess) {
            // refused below, like another process
        } catch (IOException e) {
            throw AuditErrors.unusable(folder.path(), e);
        }
        release(channel);
        throw AuditErrors.inUse(folder.path());
    }

    /** Gives it back. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw AuditErrors.unusable(folder, e);
        }
    }

    /** The same where something else already failed. */
    void release() {
        release(channel);
    }

    private static void release(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException nothingLeftToDo) {
            // the process holds no lock on a channel it cannot close
        }
    }
}
