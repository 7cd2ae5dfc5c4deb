package dev.ilura.adapter.mcpsdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ilura.spi.Transport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SdkConnectionTest {
    private static final int FRAMES = 2_000;

    private final ScriptedSdkTransport sdk = new ScriptedSdkTransport();
    private final Ear ear = new Ear();
    private final SdkConnection connection = new SdkConnection(sdk, SdkMessages.ofDefaultMapper(), "identity", ear);
    private final ExecutorService threads = Executors.newFixedThreadPool(64);

    @BeforeEach
    void connect() throws IOException {
        connection.connect();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** The SDK's stdio transport loses messages that several threads send at once; this one fails on the second thread. */
    @Test
    void framesLeaveOneAtATime() throws Exception {
        together(i -> connection.send(ping(i)));

        assertThat(ear.endings).isEmpty();
        await().untilAsserted(() -> assertThat(ear.frames).hasSize(FRAMES));
    }

    /** The SDK's HTTP transports deliver on several threads; a receiver of the gate is promised one at a time. */
    @Test
    void framesArriveOneAtATime() throws Exception {
        together(i -> sdk.hand(new JSONRPCNotification("notifications/message")));

        assertThat(ear.frames).hasSize(FRAMES);
        assertThat(ear.crowded).hasValue(0);
    }

    @Test
    void refusedNotificationDoesNotEndTheConnection() throws Exception {
        sdk.broken = new IllegalStateException("405");
        connection.send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(ear.endings).isEmpty();
        assertThat(ear.garbage).hasValue(1);
    }

    @Test
    void endIsToldOnceAndNothingLeavesAfterIt() throws Exception {
        sdk.broken = new IllegalStateException("refused");
        connection.send(ping(1));

        assertThatThrownBy(() -> connection.send(ping(2))).isInstanceOf(IOException.class);
        sdk.hand(new JSONRPCNotification("notifications/message"));
        assertThat(ear.endings).containsExactly("ILR-SDK-002");
        assertThat(ear.frames).isEmpty();
    }

    private interface Step {
        void at(int i) throws IOException;
    }

    private void together(Step step) throws Exception {
        List<Callable<Boolean>> steps = IntStream.range(0, FRAMES)
                .<Callable<Boolean>>mapToObj(i -> () -> {
                    step.at(i);
                    return true;
                })
                .toList();
        for (Future<Boolean> done : threads.invokeAll(steps)) {
            assertThat(done.get()).isTrue();
        }
    }

    private static byte[] ping(int id) {
        return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static final class Ear implements Transport.Receiver {
        final List<String> frames = new CopyOnWriteArrayList<>();
        final List<String> endings = new CopyOnWriteArrayList<>();
        final AtomicInteger garbage = new AtomicInteger();
        final AtomicInteger crowded = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();

        @Override
        public void frame(byte[] frame) {
            if (inside.incrementAndGet() > 1) {
                crowded.incrementAndGet();
            }
            frames.add(new String(frame, StandardCharsets.UTF_8));
            inside.decrementAndGet();
        }

        @Override
        public void garbage(String what) {
            garbage.incrementAndGet();
        }

        @Override
        public void closed(String code, String reason) {
            endings.add(code);
        }
    }
}
