package dev.ilura.tools.file;

import dev.ilura.spi.ToolException;
import dev.ilura.spi.ToolRequest;
import dev.ilura.tools.tree.Failures;
import dev.ilura.tools.tree.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;

/** Parts of a text file of any size, in memory bounded by the limit of an answer. */
final class LineReader {
    private static final int PROBE = 8192;

    private final Place place;
    private final long limit;
    private final ToolRequest request;

    LineReader(Place place, long limit, ToolRequest request) {
        this.place = place;
        this.limit = limit;
        this.request = request;
    }

    /**
     * Some lines.
     *
     * @param truncated whether there would have been more within what was asked
     */
    record Lines(String text, TextContent.Encoding encoding, boolean truncated) {}

    /** So many lines from one on; line ends between them are kept as they are, the last one is left out. */
    Lines from(long first, long count) throws ToolException {
        TextContent.Encoding encoding = encoding();
        try (InputStream in = place.read();
                Reader reader = reader(in, encoding)) {
            skipLines(reader, first - 1);
            return collected(reader, count, encoding);
        } catch (IOException e) {
            throw Failures.of(place.shown().toString(), e);
        }
    }

    private static Reader reader(InputStream in, TextContent.Encoding encoding) throws IOException {
        in.skipNBytes(encoding.markBytes().length);
        return new BufferedReader(
                new InputStreamReader(
                        in,
                        encoding.charset()
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPLACE)
                                .onUnmappableCharacter(CodingErrorAction.REPLACE)),
                1 << 16);
    }

    private void skipLines(Reader reader, long lines) throws IOException, ToolException {
        long left = lines;
        char[] one = new char[1 << 13];
        while (left > 0) {
            request.checkCancelled();
            reader.mark(one.length);
            int n = reader.read(one);
            if (n < 0) {
                return;
            }
            for (int i = 0; i < n; i++) {
                if (one[i] == '\n' && --left == 0) {
                    reader.reset();
                    skipFully(reader, i + 1L);
                    return;
                }
            }
        }
    }

    private static void skipFully(Reader reader, long chars) throws IOException {
        long left = chars;
        while (left > 0) {
            left -= reader.skip(left);
        }
    }

    private Lines collected(Reader reader, long count, TextContent.Encoding encoding) throws IOException {
        StringBuilder text = new StringBuilder();
        long lines = 0;
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n' && ++lines == count) {
                return new Lines(withoutReturn(text), encoding, false);
            }
            if (text.length() >= limit) {
                return new Lines(text.toString(), encoding, true);
            }
            text.append((char) c);
        }
        return new Lines(text.toString(), encoding, false);
    }

    private static String withoutReturn(StringBuilder text) {
        int length = text.length();
        return length > 0 && text.charAt(length - 1) == '\r' ? text.substring(0, length - 1) : text.toString();
    }

    /** The last lines, read from the end. */
    Lines last(long count) throws ToolException {
        TextContent.Encoding encoding = encoding();
        boolean wide = !encoding.mark().isEmpty() && encoding.charset().name().startsWith("UTF-16");
        try (SeekableByteChannel channel = place.channel()) {
            long size = channel.size();
            int step = wide ? 2 : 1;
            long start = size;
            long found = 0;
            byte[] tail = new byte[0];
            while (start > 0 && tail.length < limit) {
                request.checkCancelled();
                int n = (int) Math.min(PROBE, start);
                start -= n;
                byte[] more = at(channel, start, n);
                found += newlines(more, step, encoding);
                tail = joined(more, tail);
                if (found >= count) {
                    break;
                }
            }
            String text = new String(tail, encoding.charset());
            if (start == 0 && !encoding.mark().isEmpty() && text.startsWith(encoding.mark())) {
                text = text.substring(1);
            }
            return new Lines(lastLines(text, count), encoding, found < count && start > 0);
        } catch (IOException e) {
            throw Failures.of(place.shown().toString(), e);
        }
    }

    private static long newlines(byte[] bytes, int step, TextContent.Encoding encoding) {
        boolean little = encoding.charset().name().endsWith("LE");
        long found = 0;
        for (int i = step == 2 && !little ? 1 : 0; i < bytes.length; i += step) {
            found += bytes[i] == '\n' ? 1 : 0;
        }
        return found;
    }

    private static byte[] at(SeekableByteChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        channel.position(position);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // until it is full or the file has become shorter
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static String lastLines(String text, long count) {
        String plain = text.replace("\r\n", "\n");
        int from = plain.length();
        for (long i = 0; i < count && from >= 0; i++) {
            from = plain.lastIndexOf('\n', from - 1);
        }
        return plain.substring(from + 1);
    }

    private TextContent.Encoding encoding() throws ToolException {
        try (InputStream in = place.read()) {
            byte[] probe = in.readNBytes(PROBE);
            return TextContent.encodingOf(probe, probe.length < PROBE).orElseThrow(() -> ReadTools.binary(place));
        } catch (IOException e) {
            throw Failures.of(place.shown().toString(), e);
        }
    }
}
