package dev.ilura.tools.file;

import static dev.ilura.tools.tool.Described.ordered;

import java.net.URI;
import java.util.Locale;
import java.util.Map;

/** What kind of file it is, by the end of its name. */
record MediaType(String name) {
    private static final Map<String, String> BY_END = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("bmp", "image/bmp"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("wav", "audio/wav"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("flac", "audio/flac"));

    static MediaType of(String file) {
        String end = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return new MediaType(BY_END.getOrDefault(end, "application/octet-stream"));
    }

    /** A content block of the protocol. */
    Map<String, ?> block(String base64, URI uri) {
        if (name.startsWith("image/") || name.startsWith("audio/")) {
            return ordered("type", name.substring(0, 5), "data", base64, "mimeType", name);
        }
        return ordered("type", "resource", "resource", ordered("uri", fileUri(uri), "mimeType", name, "blob", base64));
    }

    /** Three slashes, as everybody else writes it. */
    private static String fileUri(URI uri) {
        String text = uri.toASCIIString();
        return text.startsWith("file:///") ? text : text.replaceFirst("^file:/", "file:///");
    }
}
