package dev.ilura.approval.page;

import dev.ilura.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * An answer in full.
 *
 * @param cookie a cookie to set
 */
record PageResponse(int status, String contentType, String body, Optional<String> cookie) {

    static PageResponse html(String body) {
        return new PageResponse(200, "text/html; charset=utf-8", body, Optional.empty());
    }

    static PageResponse json(int status, Object value) {
        return new PageResponse(
                status,
                "application/json",
                new String(JsonWriter.write(value), StandardCharsets.UTF_8),
                Optional.empty());
    }

    /** A refusal that a person may get to read. */
    static PageResponse error(int status, String message) {
        return json(status, Map.of("message", message));
    }

    static PageResponse of(Ruling ruling) {
        return error(ruling.status(), ruling.message());
    }

    /** A refusal of a request that did not come from the page. */
    static PageResponse plain(int status, String message) {
        return new PageResponse(status, "text/plain; charset=utf-8", message + "\n", Optional.empty());
    }

    PageResponse withCookie(String value) {
        return new PageResponse(status, contentType, body, Optional.of(value));
    }
}
