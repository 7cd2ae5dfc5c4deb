package dev.ilura.audit.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Walks the frames of one segment, through a window over the file. Not thread-safe. */
final class FrameCursor implements Closeable {
    /** Small enough to stay in a processor's cache from being read to being hashed. */
    private static final int WINDOW = 1 << 18;

    private final FileChannel channel;
    private final byte[] window;
    /** Where in the file the window starts, and how much of it is filled. */
    private long windowAt;

    private int filled;
    private long position;
    private int bodyFrom;
    private int bodyTo;

    FrameCursor(Path segment, long position) throws IOException {
        this.channel = FileChannel.open(segment, StandardOpenOption.READ);
        this.window = new byte[(int) Math.max(Frame.HEADER + Frame.MAX_BODY, Math.min(WINDOW, channel.size()))];
        this.position = position;
        this.windowAt = position;
    }

    /** Moves on by one frame; false, without moving, if no whole and sound frame stands here. */
    boolean next() throws IOException {
        if (!available(Frame.HEADER)) {
            return false;
        }
        available(Frame.HEADER + Math.max(0, Math.min(intAt(0), Frame.MAX_BODY)));
        int length = Frame.soundLength(window, offset(), filled);
        if (length < 0) {
            return false;
        }
        bodyFrom = offset() + Frame.HEADER;
        bodyTo = bodyFrom + length;
        position += Frame.HEADER + length;
        return true;
    }

    byte[] bytes() {
        return window;
    }

    int bodyFrom() {
        return bodyFrom;
    }

    int bodyTo() {
        return bodyTo;
    }

    byte kind() {
        return window[bodyFrom];
    }

    /** After the last frame that was read. */
    long position() {
        return position;
    }

    /** Where the last frame that was read starts. */
    long frameStart() {
        return position - (bodyTo - bodyFrom) - Frame.HEADER;
    }

    /** The end of what is not zero, or {@code from} if only zeros follow it. */
    long dataEnd(long from) throws IOException {
        byte[] block = new byte[WINDOW / 4];
        for (long end = channel.size(); end > from; ) {
            int length = (int) Math.min(block.length, end - from);
            fill(block, length, end - length);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] != 0) {
                    return end - length + i + 1;
                }
            }
            end -= length;
        }
        return from;
    }

    /**
     * Whether the rest of the file from {@code from} can be what a writer leaves that was cut short: the beginning of a
     * batch, then zeros. If not, somebody or something changed what had been written whole.
     *
     * @param from the end of the last good batch; this cursor stands at the first bad frame behind it
     */
    boolean isCutShort(long from) throws IOException {
        long dataEnd = dataEnd(from);
        if (dataEnd <= position) {
            return true;
        }
        byte[] last = new byte[(int) Math.min(64, dataEnd - from)];
        fill(last, last.length, dataEnd - last.length);
        if (Trailer.endsWithMark(last, last.length)) {
            return false;
        }
        if (!available(Frame.HEADER)) {
            return true;
        }
        int length = intAt(0);
        return length >= 1 && length <= Frame.MAX_BODY && position + Frame.HEADER + length > dataEnd;
    }

    private void fill(byte[] target, int length, long at) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(target, 0, length);
        while (into.hasRemaining() && channel.read(into, at + into.position()) >= 0) {
            // short reads are allowed
        }
    }

    /** Fills the window so far; false if the file ends before. */
    private boolean available(int bytes) throws IOException {
        if (offset() + bytes <= filled) {
            return true;
        }
        System.arraycopy(window, offset(), window, 0, filled - offset());
        filled -= offset();
        windowAt = position;
        ByteBuffer into = ByteBuffer.wrap(window, filled, window.length - filled);
        while (into.hasRemaining() && channel.read(into, windowAt + into.position()) >= 0) {
            // short reads are allowed
        }
        filled = into.position();
        return bytes <= filled;
    }

    private int offset() {
        return (int) (position - windowAt);
    }

    private int intAt(int offset) {
        return ByteBuffer.wrap(window).getInt(offset() + offset);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
