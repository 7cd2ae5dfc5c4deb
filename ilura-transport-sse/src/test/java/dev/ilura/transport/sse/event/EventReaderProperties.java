package dev.ilura.transport.sse.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class EventReaderProperties {

    @Property(tries = 2_000)
    void piecesOfAnySizeGiveTheSameEvents(
            @ForAll("streams") String stream, @ForAll @IntRange(min = 1, max = 40) int size)
            throws EventStreamException {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        List<String> events = new ArrayList<>();
        EventReader reader =
                new EventReader(EventLimits.ofAnswer(1 << 20), event -> events.add(LineByLine.text(event)));
        for (int at = 0; at < bytes.length; at += size) {
            reader.feed(ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)));
        }
        assertThat(events).isEqualTo(LineByLine.read(bytes));
    }

    @Provide
    Arbitrary<String> streams() {
        Arbitrary<String> parts = Arbitraries.of(
                "data",
                "event",
                "id",
                "retry",
                ":",
                ": ",
                " ",
                "\n",
                "\r",
                "\r\n",
                "\n\n",
                "x",
                "{\"a\":1}",
                "\u00e4",
                "\uFEFF",
                "\0",
                "12");
        return parts.list().ofMaxSize(60).map(list -> String.join("", list));
    }
}
