package dev.ilura.transport.sse.event;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Whatever the bytes and wherever they are torn apart: the same events as the standard's steps give, or a limit. */
class EventFuzzTest {
    private static final EventLimits LIMITS = new EventLimits(2_048, 4_096, 64 << 10);

    @FuzzTest(maxDuration = "3m")
    void anyPiecesGiveTheSameEvents(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int step = 1 + (bytes[0] & 0x1f);
        List<String> events = new ArrayList<>();
        EventReader reader = new EventReader(LIMITS, event -> events.add(LineByLine.text(event)));
        try {
            for (int at = 0; at < bytes.length; at += step) {
                reader.feed(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at)));
            }
        } catch (EventStreamException limit) {
            return;
        }
        List<String> expected = LineByLine.read(bytes);
        if (!expected.equals(events)) {
            throw new AssertionError(expected + " and not " + events);
        }
    }
}
