package dev.ilura.audit;

import dev.ilura.audit.format.Frame;
import dev.ilura.json.JsonWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that grow: frames as they will stand in the segment, and the JSON in them. Reused; belongs to one thread. */
final class BatchBuffer {
    private byte[] bytes;
    private int size;
    private int frame;

    BatchBuffer(int capacity) {
        this.bytes = new byte[capacity];
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, size);
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

    /** Where the body of the frame at hand starts. */
    int body() {
        return frame + Frame.HEADER;
    }

    /** Changes a byte that is there. */
    void set(int at, byte b) {
        bytes[at] = b;
    }

    void append(byte b) {
        room(1);
        bytes[size++] = b;
    }

    void append(byte[] part) {
        append(part, 0, part.length);
    }

    void append(byte[] part, int from, int to) {
        room(to - from);
        System.arraycopy(part, from, bytes, size, to - from);
        size += to - from;
    }

    /** A text of ASCII characters. */
    void ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            bytes[size + i] = (byte) text.charAt(i);
        }
        size += length;
    }

    /** A number in decimal digits. */
    void integer(long value) {
        if (value < 0) {
            ascii(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        room(digits);
        long rest = value;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
    }

    /**
     * A JSON string with its quotes, in canonical spelling.
     *
     * @throws IllegalArgumentException if the text has a lone surrogate
     */
    void string(String text) {
        int length = text.length();
        room(length + 2);
        int at = size;
        bytes[at++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
                append(JsonWriter.string(text));
                return;
            }
            bytes[at++] = (byte) c;
        }
        bytes[at++] = '"';
        size = at;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
