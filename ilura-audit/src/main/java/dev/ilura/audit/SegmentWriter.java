package dev.ilura.audit;

import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogFolder;
import dev.ilura.audit.format.SegmentHead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames into segments. Room is filled with zeros before it is used, so that forcing a batch to disk changes no
 * metadata, which is up to ten times faster. Belongs to the appender's thread.
 */
final class SegmentWriter implements Closeable {
    private static final int FIRST_ROOM = 1 << 18;
    private static final int MOST_ROOM = 1 << 22;
    private static final int END_LENGTH = Frame.of(Frame.end(0)).length;

    private final LogFolder folder;
    private final ChannelOpener opener;
    private final long segmentBytes;

    private @Nullable FileChannel channel;
    private long firstRecord;
    private long position;
    private long room;
    private boolean sealed;
    private long sealedBytes;

    SegmentWriter(LogFolder folder, ChannelOpener opener, long segmentBytes) {
        this.folder = folder;
        this.opener = opener;
        this.segmentBytes = segmentBytes;
    }

    /** Opens a file for reading and writing; tests put failing disks here. */
    @FunctionalInterface
    interface ChannelOpener {
        FileChannel open(Path path) throws IOException;
    }

    /** There is no room for more; nothing was written. */
    static final class NoRoomException extends IOException {
        private static final long serialVersionUID = 1L;

        NoRoomException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Goes on in a segment that is there. */
    void resume(Path segment, long first, long end, boolean isSealed) throws IOException {
        channel = opener.open(segment);
        firstRecord = first;
        position = end;
        room = channel.size();
        sealed = isSealed;
        sealedBytes = isSealed ? room : 0;
    }

    /**
     * Makes sure that this many bytes have room in one segment; starts the next segment if they do not.
     *
     * @param head of a segment that would start now
     * @throws NoRoomException if the disk is full; the writer can go on when it is not
     */
    void reserve(int bytes, SegmentHead head) throws IOException {
        boolean full = position + bytes + END_LENGTH > segmentBytes && position > headLength(head);
        if (channel == null || sealed || full) {
            seal(head.firstRecord());
            start(head);
        }
        extend(position + bytes + END_LENGTH);
    }

    private static int headLength(SegmentHead head) {
        return Frame.HEADER + head.body().length;
    }

    private void seal(long nextRecord) throws IOException {
        if (channel != null && !sealed) {
            write(ByteBuffer.wrap(Frame.of(Frame.end(nextRecord))));
            channel.truncate(position);
            channel.force(true);
            sealed = true;
            sealedBytes = position;
        }
    }

    private void start(SegmentHead head) throws IOException {
        byte[] frame = Frame.of(head.body());
        FileChannel next;
        try {
            next = opener.open(folder.segment(head.firstRecord()));
            next.truncate(0);
            PrivateFiles.writeFully(next, ByteBuffer.wrap(frame), 0);
        } catch (IOException e) {
            throw new NoRoomException(e);
        }
        if (channel != null) {
            channel.close();
        }
        channel = next;
        firstRecord = head.firstRecord();
        position = frame.length;
        room = frame.length;
        sealed = false;
        PrivateFiles.forceDirectory(folder.path());
    }

    private void extend(long needed) throws IOException {
        if (needed <= room) {
            return;
        }
        long step = Math.min(MOST_ROOM, Math.max(FIRST_ROOM, room));
        long target = Math.max(needed, Math.min(segmentBytes, room + step));
        try {
            PrivateFiles.writeFully(open(), ByteBuffer.allocate((int) (target - room)), room);
            open().force(true);
        } catch (IOException e) {
            throw new NoRoomException(e);
        }
        room = target;
    }

    /** Writes frames for which there is room. */
    void write(ByteBuffer frames) throws IOException {
        int length = frames.remaining();
        PrivateFiles.writeFully(open(), frames, position);
        position += length;
    }

    /** Brings what was written to stable storage. */
    void force() throws IOException {
        open().force(false);
    }

    /** Length of the segment before the one at hand, if this writer completed it. */
    long sealedBytes() {
        return sealedBytes;
    }

    /** Number of the first record in the segment at hand. */
    long firstRecord() {
        return firstRecord;
    }

    /** Where the next frame goes. */
    long position() {
        return position;
    }

    private FileChannel open() {
        if (channel == null) {
            throw new IllegalStateException("no segment");
        }
        return channel;
    }

    /** Gives back the room that was not used. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            try (FileChannel closing = channel) {
                closing.truncate(position);
                closing.force(true);
            }
        }
    }
}
