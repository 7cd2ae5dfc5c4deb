package dev.ilura.transport.sse.client;

import dev.ilura.spi.Transport;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings what arrives on many connections to the receiver, one after the other: whoever finds nobody at work does the work.
 * What came on one stream keeps its order.
 */
final class Deliveries {
    private final Transport.Receiver receiver;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    Deliveries(Transport.Receiver receiver) {
        this.receiver = receiver;
    }

    void frame(byte[] frame) {
        add(() -> receiver.frame(frame));
    }

    void frame(byte[] frame, long request) {
        add(() -> receiver.frame(frame, request));
    }

    void lost(long request, Transport.Loss loss) {
        add(() -> receiver.lost(request, loss));
    }

    void garbage(String what) {
        add(() -> receiver.garbage(what));
    }

    /** The end, told once; nothing follows. */
    void closed(String code, String reason) {
        if (closed.compareAndSet(false, true)) {
            enqueue(() -> receiver.closed(code, reason));
        }
    }

    private void add(Runnable delivery) {
        if (!closed.get()) {
            enqueue(delivery);
        }
    }

    private void enqueue(Runnable delivery) {
        waiting.add(delivery);
        if (count.getAndIncrement() == 0) {
            do {
                Runnable next = waiting.poll();
                if (next != null) {
                    next.run();
                }
            } while (count.decrementAndGet() > 0);
        }
    }
}
