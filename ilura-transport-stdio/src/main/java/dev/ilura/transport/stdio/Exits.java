package dev.ilura.transport.stdio;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Where the ends of children are dealt with. The JDK tells of an end on a thread that was made by the thread that started
 * the child; if that one had shut itself in, so is this one, and every thread it makes, for whatever child it serves next.
 * It could then neither end another server's processes nor remove their files. So it only leaves a note here.
 */
final class Exits {
    private static final BlockingQueue<Runnable> NOTES = new LinkedBlockingQueue<>();
    private static final Thread READER = reader();

    private Exits() {}

    /** Has to be called first by a thread that is free. */
    static void prepare() {
        assert READER.isDaemon();
    }

    /** Runs soon, on a thread that is free; must not wait. */
    static void note(Runnable task) {
        NOTES.add(task);
    }

    private static Thread reader() {
        Thread thread = new Thread(Exits::read, "ilura-exits");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void read() {
        while (true) {
            try {
                NOTES.take().run();
            } catch (InterruptedException e) {
                // nobody has a reason to; the next note must be read all the same
            }
        }
    }
}
