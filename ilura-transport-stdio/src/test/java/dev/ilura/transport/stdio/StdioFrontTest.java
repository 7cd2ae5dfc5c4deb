package dev.ilura.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ilura.spi.McpFront;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StdioFrontTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicBoolean closed = new AtomicBoolean();

    @Test
    void answersArriveInOrderAndTheClientsEndEndsTheService() throws IOException {
        StdioFront front = StdioFront.on(input("{\"id\":1}\r\n\n{\"id\":2}"), out);

        front.serve((principal, outbox) -> echo());

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"id\":1}\n{\"id\":2}\n");
        assertThat(closed).isTrue();
    }

    @Test
    void messageBeyondTheLimitIsAnsweredAndTheServiceGoesOn() throws IOException {
        String huge = "x".repeat(StdioServer.DEFAULT_LINE_LIMIT + 1);
        StdioFront front = StdioFront.on(input(huge + "\n{\"id\":2}\n"), out);

        front.serve((principal, outbox) -> echo());

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("ILR-STDIO-020")
                .endsWith("{\"id\":2}\n");
    }

    @Test
    void oneClientIsServedOnce() throws IOException {
        StdioFront front = StdioFront.on(input(""), out);
        front.serve((principal, outbox) -> echo());

        assertThatThrownBy(() -> front.serve((principal, outbox) -> echo())).isInstanceOf(IllegalStateException.class);
    }

    private static ByteArrayInputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private McpFront.Session echo() {
        return new McpFront.Session() {
            @Override
            public McpFront.Ongoing received(byte[] frame, McpFront.Headers headers, McpFront.Replies replies) {
                replies.send(frame);
                return McpFront.Ongoing.nothing();
            }

            @Override
            public void closed() {
                closed.set(true);
            }
        };
    }
}
