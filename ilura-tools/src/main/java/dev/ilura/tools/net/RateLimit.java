package dev.ilura.tools.net;

import dev.ilura.spi.TimeSource;
import dev.ilura.spi.ToolException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** So many requests a minute to one host, some of them at once. Bounded; thread-safe. */
final class RateLimit {
    private static final int HOSTS = 1024;

    private final double perNano;
    private final double burst;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > HOSTS;
        }
    };

    RateLimit(int perMinute, TimeSource time) {
        this.perNano = perMinute / (double) TimeUnit.MINUTES.toNanos(1);
        this.burst = Math.max(1, perMinute / 6.0);
        this.time = time;
    }

    private record Bucket(double left, long at) {}

    /** Takes one, or says when there is one again. */
    void take(String host) throws ToolException {
        lock.lock();
        try {
            long now = time.nanos();
            Bucket bucket = buckets.getOrDefault(host, new Bucket(burst, now));
            double left = Math.min(burst, bucket.left() + (now - bucket.at()) * perNano);
            if (left < 1) {
                buckets.put(host, new Bucket(left, now));
                long seconds = (long) Math.ceil((1 - left) / perNano / 1e9);
                throw new ToolException(
                        "ILR-TOOLS-075", host + " was asked too often.", "Try again in " + seconds + " seconds.");
            }
            buckets.put(host, new Bucket(left - 1, now));
        } finally {
            lock.unlock();
        }
    }
}
