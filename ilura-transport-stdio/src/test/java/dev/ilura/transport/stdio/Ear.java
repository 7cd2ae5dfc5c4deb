package dev.ilura.transport.stdio;

import dev.ilura.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hears what a server says. */
final class Ear implements Transport.Receiver {
    final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<String> garbage = new LinkedBlockingQueue<>();
    final List<String> endings = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> ending = new LinkedBlockingQueue<>();

    @Override
    public void frame(byte[] frame) {
        frames.add(new String(frame, StandardCharsets.UTF_8));
    }

    @Override
    public void garbage(String what) {
        garbage.add(what);
    }

    @Override
    public void closed(String code, String reason) {
        endings.add(code);
        ending.add(code + " " + reason);
    }

    static String next(BlockingQueue<String> queue) throws InterruptedException {
        String heard = queue.poll(20, TimeUnit.SECONDS);
        if (heard == null) {
            throw new AssertionError("nothing was heard within 20 s");
        }
        return heard;
    }
}
