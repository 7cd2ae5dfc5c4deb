package dev.ilura.transport.sse.client;

import dev.ilura.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a receiver heard, one line for each. */
final class Heard implements Transport.Receiver {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void frame(byte[] frame) {
        lines.add("frame " + new String(frame, StandardCharsets.UTF_8));
    }

    @Override
    public void frame(byte[] frame, long request) {
        lines.add("frame of " + request + " " + new String(frame, StandardCharsets.UTF_8));
    }

    @Override
    public void garbage(String what) {
        lines.add("garbage " + what);
    }

    @Override
    public void lost(long request, Transport.Loss loss) {
        lines.add("lost " + request + (loss.notUnderstood() ? " not understood " : " ") + loss.code() + " "
                + loss.reason());
    }

    @Override
    public void closed(String code, String reason) {
        lines.add("closed " + code);
    }
}
