package dev.ilura.audit;

import dev.ilura.audit.format.Bytes;
import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.SegmentHead;
import dev.ilura.audit.format.Sha256;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log that is kept elsewhere as the directory that every verifier reads. Records and batch ends come in the order of
 * the log. Not thread-safe.
 */
public final class DirectoryExport implements Closeable {
    private static final long SEGMENT_BYTES = 64 << 20;

    private final LogFolder folder;
    private final Bytes logId;
    private final Sha256 sha = new Sha256();
    private byte[] lastHash = new byte[Sha256.LENGTH];
    private long size;
    private long written;
    private @Nullable OutputStream segment;

    /**
     * Into an empty directory.
     *
     * @param logId 16 bytes that name the log
     * @throws IOException if it cannot be written or holds a log
     */
    public DirectoryExport(Path directory, byte[] logId) throws IOException {
        this.folder = new LogFolder(directory.resolve("log"));
        this.logId = Bytes.of(logId);
        PrivateFiles.directory(folder.path());
        if (!folder.segments().isEmpty()) {
            throw new IOException("there is a log in " + folder.path());
        }
    }

    /** The next record. */
    public void record(byte[] text) throws IOException {
        OutputStream out = segment;
        if (out == null) {
            out = new BufferedOutputStream(Files.newOutputStream(folder.segment(size)), 1 << 16);
            segment = out;
            written = 0;
            frame(out, new SegmentHead(size, logId, Bytes.of(lastHash)).body());
        }
        frame(out, text);
        lastHash = sha.leaf(text, 0, text.length);
        size++;
    }

    /** The end of the batch that the last record is in. */
    public void batchEnd(byte[] trailer) throws IOException {
        OutputStream out = segment;
        if (out == null) {
            throw new IOException("a batch without records");
        }
        frame(out, trailer);
        if (written > SEGMENT_BYTES) {
            frame(out, Frame.end(size));
            out.close();
            segment = null;
        }
    }

    private void frame(OutputStream out, byte[] body) throws IOException {
        byte[] frame = Frame.of(body);
        out.write(frame);
        written += frame.length;
    }

    /** The end of the log. */
    public void finish(String keyList, String note) throws IOException {
        close();
        Files.writeString(folder.keys(), keyList, StandardCharsets.US_ASCII);
        Files.writeString(folder.checkpoint(), note, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        OutputStream out = segment;
        if (out != null) {
            out.close();
        }
        segment = null;
    }
}
