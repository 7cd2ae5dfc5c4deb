package dev.ilura.transport.sse.front;

import dev.ilura.spi.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Token buckets by key: an average, and twice as much at once. Knows a bounded number of keys. Thread-safe. */
final class Rates {
    private static final int MOST_KEYS = 4_096;

    private final double perNano;
    private final double burst;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_KEYS;
        }
    };

    private Rates(double perNano, double burst, TimeSource time) {
        this.perNano = perNano;
        this.burst = burst;
        this.time = time;
    }

    static Rates perSecond(int count, TimeSource time) {
        return new Rates((double) count / TimeUnit.SECONDS.toNanos(1), 2.0 * count, time);
    }

    static Rates perMinute(int count, TimeSource time) {
        return new Rates((double) count / TimeUnit.MINUTES.toNanos(1), count, time);
    }

    /** Takes one; false if there is none. */
    boolean take(String key) {
        lock.lock();
        try {
            Bucket bucket = filled(key);
            if (bucket.level < 1) {
                return false;
            }
            bucket.level -= 1;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is none to take. */
    boolean isExhausted(String key) {
        lock.lock();
        try {
            return filled(key).level < 1;
        } finally {
            lock.unlock();
        }
    }

    private Bucket filled(String key) {
        long now = time.nanos();
        Bucket bucket = buckets.computeIfAbsent(key, unused -> new Bucket(burst, now));
        bucket.level = Math.min(burst, bucket.level + (now - bucket.at) * perNano);
        bucket.at = now;
        return bucket;
    }

    private static final class Bucket {
        double level;
        long at;

        Bucket(double level, long at) {
            this.level = level;
            this.at = at;
        }
    }
}
