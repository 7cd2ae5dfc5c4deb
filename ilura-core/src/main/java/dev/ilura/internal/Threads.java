package dev.ilura.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for work that may wait: virtual where the JVM has them, a bounded pool of daemons otherwise. */
public final class Threads {
    /** Past this, work is refused; what waits is bounded elsewhere, so this is a second net. */
    private static final int MAX_PLATFORM_THREADS = 1024;

    private Threads() {}

    public static ExecutorService forWaiting() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException beforeJava21) {
            return platformPool();
        }
    }

    private static ExecutorService platformPool() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(0, MAX_PLATFORM_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "ilura-call-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
