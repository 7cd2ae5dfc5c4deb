package dev.ilura.transport.sse.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventReaderTest {
    private final List<ServerEvent> events = new ArrayList<>();
    private final EventReader reader = new EventReader(new EventLimits(200, 100, 1_000), events::add);

    @Test
    void linesEndWithCrLfOrBoth() throws Exception {
        feed("data: a\r\rdata: b\n\ndata: c\r\n\r\n");
        assertThat(texts()).containsExactly("a", "b", "c");
    }

    @Test
    void crLfThatIsTornApartIsOneEnd() throws Exception {
        feed("data: a\r");
        feed("\n\r");
        feed("\ndata: b\n\n");
        assertThat(texts()).containsExactly("a", "b");
    }

    @Test
    void linesOfDataAreJoined() throws Exception {
        feed("data: {\ndata:  \"a\":1\ndata:}\n\n");
        assertThat(texts()).containsExactly("{\n \"a\":1\n}");
    }

    @Test
    void aMarkAtTheStartIsSkippedAndOnlyThere() throws Exception {
        feed("\uFEFFdata: a\n\n\uFEFFdata: b\n\n");
        assertThat(texts()).containsExactly("a");
    }

    @Test
    void anEventWithoutDataIsNone() throws Exception {
        feed("event: ping\nid: 7\n\n: comment\n\ndata\n\n");
        assertThat(texts()).containsExactly("");
        assertThat(events.get(0).type()).isEqualTo("message");
        assertThat(reader.lastId()).isEqualTo("7");
    }

    @Test
    void typeIdAndRetryAreRead() throws Exception {
        feed("retry: 250\nevent: endpoint\nid: x-1\ndata: /message\n\n");
        assertThat(events).hasSize(1);
        assertThat(events.get(0).type()).isEqualTo("endpoint");
        assertThat(events.get(0).id()).isEqualTo("x-1");
        assertThat(reader.retry()).contains(Duration.ofMillis(250));
    }

    @Test
    void anIdWithNulAndARetryThatIsNoNumberAreIgnored() throws Exception {
        feed("id: good\nid: b\0d\nretry: 1s\nretry: 99999999999999\nretry: -5\ndata: a\n\n");
        assertThat(events.get(0).id()).isEqualTo("good");
        assertThat(reader.retry()).isEmpty();
    }

    @Test
    void whatIsNotFinishedIsNoEvent() throws Exception {
        feed("data: a\n\ndata: b\n");
        assertThat(texts()).containsExactly("a");
    }

    @Test
    void aLineBeyondItsLimitEndsTheStream() {
        assertThatThrownBy(() -> feed(":" + "x".repeat(200)))
                .isInstanceOf(EventStreamException.class)
                .hasMessageContaining("200 bytes");
    }

    @Test
    void anEventBeyondItsLimitEndsTheStream() throws Exception {
        feed("data: " + "x".repeat(60) + "\n");
        assertThatThrownBy(() -> feed("data: " + "x".repeat(60) + "\n"))
                .isInstanceOf(EventStreamException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void aStreamBeyondItsLimitEnds() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        feed(":\n");
                    }
                })
                .isInstanceOf(EventStreamException.class)
                .hasMessageContaining("1000 bytes");
    }

    @Test
    void anIdBeyondItsLimitEndsTheStream() {
        EventReader wide = new EventReader(new EventLimits(4_000, 100, 0), events::add);
        assertThatThrownBy(() -> wide.feed(ByteBuffer.wrap(bytes("id: " + "x".repeat(1_025) + "\n"))))
                .isInstanceOf(EventStreamException.class);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        feed(new String(EventText.event("message", "3-1", bytes("{\"a\":\n\r\n1}")), StandardCharsets.UTF_8));
        feed(new String(EventText.comment(), StandardCharsets.UTF_8));
        feed(new String(EventText.prime("3-1", 500), StandardCharsets.UTF_8));
        assertThat(texts()).containsExactly("{\"a\":\n\n\n1}", "");
        assertThat(reader.retry()).contains(Duration.ofMillis(500));
    }

    private List<String> texts() {
        return events.stream()
                .map(event -> new String(event.data(), StandardCharsets.UTF_8))
                .toList();
    }

    private void feed(String text) throws EventStreamException {
        reader.feed(ByteBuffer.wrap(bytes(text)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
