package dev.ilura.internal.downstream;

import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import dev.ilura.spi.McpFront;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** Several messages in one array, as 2025-03-26 has them: each goes its own way, and the answers come back in one array. */
final class Batch {
    private static final int MOST = 100;

    private final McpFront.Replies replies;
    private final List<byte[]> answers = new ArrayList<>();
    private int awaited;
    private boolean complete;

    private Batch(McpFront.Replies replies) {
        this.replies = replies;
    }

    static McpFront.Ongoing read(
            byte[] bytes, McpFront.Replies replies, BiFunction<byte[], McpFront.Replies, McpFront.Ongoing> each) {
        List<JsonValue> messages;
        try {
            messages = JsonValue.parse(bytes, JsonLimits.FRAME).elements();
        } catch (MalformedJsonException e) {
            Reply.refused(null, -32700, "ILR-FRAME-001 Not strict JSON: " + e.getMessage())
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        if (messages.isEmpty() || messages.size() > MOST) {
            Reply.refused(null, Reply.INVALID_REQUEST, "ILR-FRAME-002 A batch has 1 to " + MOST + " messages.")
                    .to(replies);
            return McpFront.Ongoing.nothing();
        }
        Batch batch = new Batch(replies);
        List<McpFront.Ongoing> ongoing = new CopyOnWriteArrayList<>();
        for (JsonValue message : messages) {
            boolean request =
                    message.member("method").isPresent() && message.member("id").isPresent();
            ongoing.add(each.apply(message.bytes(), batch.place(request)));
        }
        batch.complete();
        return () -> ongoing.forEach(McpFront.Ongoing::cancel);
    }

    private McpFront.Replies place(boolean request) {
        synchronized (answers) {
            awaited += request ? 1 : 0;
        }
        return new McpFront.Replies() {
            @Override
            public void send(byte[] frame) {
                replies.send(frame);
            }

            @Override
            public void finish(byte[] frame, McpFront.End end) {
                answered(frame, request);
            }
        };
    }

    private void answered(byte[] frame, boolean request) {
        boolean last;
        synchronized (answers) {
            answers.add(frame);
            awaited -= request ? 1 : 0;
            last = complete && awaited == 0;
        }
        if (last) {
            send();
        }
    }

    private void complete() {
        boolean last;
        synchronized (answers) {
            complete = true;
            last = awaited == 0 && !answers.isEmpty();
        }
        if (last) {
            send();
        }
    }

    private void send() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('[');
        for (byte[] answer : answers) {
            if (out.size() > 1) {
                out.write(',');
            }
            out.writeBytes(answer);
        }
        out.write(']');
        replies.finish(out.toByteArray(), McpFront.End.result());
    }
}
