package dev.ilura.transport.sse.client;

import dev.ilura.transport.sse.event.EventReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;

/** The kinds of body an answer has. */
final class Bodies {
    private Bodies() {}

    static String mediaType(HttpResponse.ResponseInfo head) {
        String type = head.headers().firstValue("content-type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** One whole body of at most so many bytes. */
    static HttpCall.Body whole(int limit, Consumer<byte[]> then) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new HttpCall.Body() {
            @Override
            public void piece(ByteBuffer piece) throws IOException {
                if (piece.remaining() > limit - bytes.size()) {
                    throw new Losses.TooLargeException(limit);
                }
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.write(copy, 0, copy.length);
            }

            @Override
            public void end() {
                then.accept(bytes.toByteArray());
            }
        };
    }

    /** The beginning of a body that only people read. */
    static HttpCall.Body beginning(int limit, Consumer<byte[]> then) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new HttpCall.Body() {
            @Override
            public void piece(ByteBuffer piece) {
                byte[] copy = new byte[Math.min(piece.remaining(), limit - bytes.size())];
                piece.get(copy);
                piece.position(piece.limit());
                bytes.write(copy, 0, copy.length);
            }

            @Override
            public void end() {
                then.accept(bytes.toByteArray());
            }
        };
    }

    static HttpCall.Body events(EventReader reader, Runnable end) {
        return new HttpCall.Body() {
            @Override
            public void piece(ByteBuffer piece) throws IOException {
                reader.feed(piece);
            }

            @Override
            public void end() {
                end.run();
            }
        };
    }
}
