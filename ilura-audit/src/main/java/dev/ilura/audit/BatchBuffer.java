package dev.ilura.audit;

import dev.ilura.audit.format.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The frames of one batch, in the bytes in which they will stand in the segment. Reused; belongs to one thread. */
final class BatchBuffer {
    private byte[] bytes = new byte[1 << 16];
    private int size;
    private int frame;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return bytes;
    }

    ByteBuffer toWrite() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Leaves room for a frame's header; the body follows. */
    void beginFrame() {
        room(Frame.HEADER);
        frame = size;
        size += Frame.HEADER;
    }

    /** Fills in the header; the body stands from here to {@link #size()}. */
    int endFrame() {
        Frame.putHeader(bytes, frame, size);
        return frame + Frame.HEADER;
    }

    void append(byte b) {
        room(1);
        bytes[size++] = b;
    }

    void append(byte[] part) {
        room(part.length);
        System.arraycopy(part, 0, bytes, size, part.length);
        size += part.length;
    }

    void append(String ascii) {
        append(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
