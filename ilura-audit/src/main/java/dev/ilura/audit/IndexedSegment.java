package dev.ilura.audit;

import dev.ilura.audit.format.Frame;
import dev.ilura.audit.format.LogFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where the records of one segment start in it, and the segment itself, mapped. One thread adds; any thread reads. */
final class IndexedSegment {
    private final long first;
    private volatile IntBuffer offsets;
    private int count;
    private volatile @Nullable ByteBuffer map;

    /** An empty one. */
    IndexedSegment(long first) {
        this.first = first;
        this.offsets = IntBuffer.allocate(1 << 8);
    }

    /** A complete one. */
    IndexedSegment(long first, IntBuffer offsets) {
        this.first = first;
        this.offsets = offsets;
        this.count = offsets.capacity();
    }

    long first() {
        return first;
    }

    int count() {
        return count;
    }

    void add(int offset) {
        IntBuffer now = offsets;
        if (count == now.capacity()) {
            now = IntBuffer.wrap(Arrays.copyOf(now.array(), count * 2));
            offsets = now;
        }
        now.put(count++, offset);
    }

    /** Where in the segment the frame of this record starts. */
    int offsetOf(long number) {
        return offsets.get((int) (number - first));
    }

    /** Takes the right places in place of wrong ones; those of a segment that is being written stay. */
    void mend(int[] right) {
        if (!offsets.hasArray()) {
            offsets = IntBuffer.wrap(Arrays.copyOf(right, count)).asReadOnlyBuffer();
        }
    }

    /** The record whose frame starts here; null if no sound frame does. */
    byte @Nullable [] read(LogFolder folder, int offset) {
        ByteBuffer segment = offset < 0 ? null : mapped(folder, (long) offset + Frame.HEADER);
        if (segment == null) {
            return null;
        }
        int length = segment.getInt(offset);
        if (length < 1 || length > Frame.MAX_RECORD) {
            return null;
        }
        segment = mapped(folder, (long) offset + Frame.HEADER + length);
        if (segment == null) {
            return null;
        }
        byte[] body = new byte[length];
        segment.get(offset + Frame.HEADER, body);
        return Frame.isSound(segment.getInt(offset + Integer.BYTES), body) ? body : null;
    }

    /** The segment as long as this at least; a segment that is being written grows. */
    private @Nullable ByteBuffer mapped(LogFolder folder, long upTo) {
        ByteBuffer now = map;
        if (now == null || now.limit() < upTo) {
            try (FileChannel channel = FileChannel.open(folder.segment(first), StandardOpenOption.READ)) {
                now = channel.map(MapMode.READ_ONLY, 0, channel.size());
                map = now;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return now.limit() < upTo ? null : now;
    }
}
