package dev.ilura.transport.sse.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Events as they are written. */
public final class EventText {
    /** Keeps a quiet stream open, and shows the writer whether anybody is still there. */
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private EventText() {}

    /** A comment that says nothing. */
    public static byte[] comment() {
        return COMMENT.clone();
    }

    /** A message without an id. */
    public static byte[] message(byte[] frame) {
        return event(ServerEvent.MESSAGE, "", frame);
    }

    /**
     * An event.
     *
     * @param id empty for none; ASCII without line breaks
     * @param data a line feed or carriage return in it begins a new {@code data:} line, which in JSON stands outside of
     *     strings only, where one white space is as good as another
     */
    public static byte[] event(String type, String id, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 64);
        out.writeBytes(("event: " + type + "\n").getBytes(StandardCharsets.UTF_8));
        if (!id.isEmpty()) {
            out.writeBytes(("id: " + id + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        int from = 0;
        for (int at = 0; at < data.length; at++) {
            if (data[at] == '\n' || data[at] == '\r') {
                line(out, data, from, at);
                from = at + 1;
            }
        }
        line(out, data, from, data.length);
        out.write('\n');
        return out.toByteArray();
    }

    /** An event without data that only says where the stream stands and when to come back. */
    public static byte[] prime(String id, long retryMillis) {
        return ("id: " + id + "\nretry: " + retryMillis + "\ndata: \n\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void line(ByteArrayOutputStream out, byte[] data, int from, int to) {
        out.writeBytes(DATA);
        out.write(data, from, to - from);
        out.write('\n');
    }
}
