package dev.ilura.transport.sse.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The standard's own steps, one byte at a time and without limits: what the reader is compared with. */
final class LineByLine {
    private final List<String> events = new ArrayList<>();
    private String data = "";
    private boolean hasData;
    private String type = "";
    private String id = "";

    /** Every event as one text: type, id and data. */
    static List<String> read(byte[] stream) {
        LineByLine reading = new LineByLine();
        lines(stream).forEach(reading::line);
        return reading.events;
    }

    /** Every byte is one character, so that broken UTF-8 is compared too. */
    private static List<String> lines(byte[] stream) {
        List<String> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean bom =
                stream.length >= 3 && stream[0] == (byte) 0xEF && stream[1] == (byte) 0xBB && stream[2] == (byte) 0xBF;
        for (int at = bom ? 3 : 0; at < stream.length; at++) {
            if (stream[at] == '\n' || stream[at] == '\r') {
                if (stream[at] == '\r' && at + 1 < stream.length && stream[at + 1] == '\n') {
                    at++;
                }
                lines.add(line.toString(StandardCharsets.ISO_8859_1));
                line.reset();
            } else {
                line.write(stream[at]);
            }
        }
        return lines;
    }

    private void line(String line) {
        if (line.isEmpty()) {
            if (hasData) {
                events.add((type.isEmpty() ? "message" : utf8(type)) + "|" + utf8(id) + "|" + data);
            }
            data = "";
            hasData = false;
            type = "";
            return;
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "data" -> {
                data = hasData ? data + "\n" + value : value;
                hasData = true;
            }
            case "event" -> type = value;
            case "id" -> id = value.indexOf('\0') < 0 ? value : id;
            default -> {
                // comments and others
            }
        }
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** As {@link #read} writes an event. */
    static String text(ServerEvent event) {
        return event.type() + "|" + event.id() + "|" + new String(event.data(), StandardCharsets.ISO_8859_1);
    }
}
