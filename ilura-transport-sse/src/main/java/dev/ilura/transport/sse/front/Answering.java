package dev.ilura.transport.sse.front;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One HTTP exchange that waits for its answer.
 *
 * @param done to be completed when the answer is written
 */
record Answering(Request request, Response response, Callback done) {
    private static final String JSON = "application/json";

    /** A whole answer. */
    void whole(int status, byte[] body) {
        response.setStatus(status);
        common();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), done);
    }

    /** A status that says everything. */
    void empty(int status) {
        response.setStatus(status);
        common();
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
        response.write(true, null, done);
    }

    void refuse(Refusal refusal) {
        refusal.headers().forEach((header, value) -> response.getHeaders().put(header, value));
        whole(refusal.status(), refusal.body());
    }

    /** Begins a stream of events. */
    StreamWriter stream(int limit, Runnable gone) {
        response.setStatus(200);
        common();
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        headers.put("X-Accel-Buffering", "no");
        StreamWriter writer = new StreamWriter(this, limit, gone);
        writer.open();
        return writer;
    }

    void header(String name, String value) {
        response.getHeaders().put(name, value);
    }

    private void common() {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
    }

    /** Closes the connection under a client that does not read. */
    void drop() {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
    }
}
