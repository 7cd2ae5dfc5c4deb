package dev.ilura.audit.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which key was found right behind which in the records read before. Whether {@code "key":} is plain ASCII and in its place
 * depends on nothing but itself and the key before it, so a pair that the letter by letter reading accepted once needs only
 * be recognized: mostly two comparisons of eight bytes. Keeps a bounded number of keys, whatever is read; what is not
 * learned is read letter by letter. Not thread-safe.
 */
final class LearnedKeys {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MOST_KEYS = 256;
    private static final int MOST_FOLLOWERS = 16;
    /** Quotes and colon. */
    private static final int AROUND = 3;

    private final Key start = new Key("", -1);
    private final Map<String, Key> keys = new HashMap<>();

    /** What stands before the first key. */
    Key start() {
        return start;
    }

    /** A key, and those that were found behind it. */
    static final class Key {
        private final int known;
        private final int length;
        /** {@code "key":}, filled up with zeros to a whole word. */
        private final byte[] spelled;

        private final long head;
        private final long headMask;
        private final long tail;
        private Key[] followers = new Key[2];
        private int count;

        Key(String name, int known) {
            byte[] text = ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
            this.known = known;
            this.length = text.length;
            this.spelled = Arrays.copyOf(text, Math.max(Long.BYTES, length));
            this.head = (long) WORD.get(spelled, 0);
            this.headMask = length >= Long.BYTES ? -1 : (1L << (length * Byte.SIZE)) - 1;
            this.tail = (long) WORD.get(spelled, spelled.length - Long.BYTES);
        }

        /** Its place among the members that are looked up in every record; -1 if it is none of them. */
        int known() {
            return known;
        }

        /** Letters of the key alone. */
        int letters() {
            return length - AROUND;
        }

        /** Bytes of {@code "key":}. */
        int length() {
            return length;
        }

        /** The key that stands here, if it was found behind this one before; otherwise null. */
        @Nullable
        Key next(byte[] text, int at, int end) {
            for (int i = 0; i < count; i++) {
                Key candidate = followers[i];
                if (candidate.standsAt(text, at, end)) {
                    return candidate;
                }
            }
            return null;
        }

        private boolean standsAt(byte[] text, int at, int end) {
            if (end - at < length) {
                return false;
            }
            if (text.length - at < Long.BYTES) {
                return Arrays.equals(text, at, at + length, spelled, 0, length);
            }
            if (((long) WORD.get(text, at) & headMask) != head) {
                return false;
            }
            if (length <= Long.BYTES) {
                return true;
            }
            for (int i = Long.BYTES; i < length - Long.BYTES; i += Long.BYTES) {
                if ((long) WORD.get(text, at + i) != (long) WORD.get(spelled, i)) {
                    return false;
                }
            }
            return (long) WORD.get(text, at + length - Long.BYTES) == tail;
        }

        private void follow(Key next) {
            if (count == MOST_FOLLOWERS) {
                return;
            }
            if (count == followers.length) {
                followers = Arrays.copyOf(followers, count * 2);
            }
            followers[count++] = next;
        }
    }

    /**
     * Learns a key that was read letter by letter behind another one.
     *
     * @param name plain ASCII, greater than the key before
     */
    Key learn(Key before, String name) {
        Key known = keys.get(name);
        Key key = known != null ? known : new Key(name, KnownMember.place(name));
        if (known == null && keys.size() < MOST_KEYS) {
            keys.put(name, key);
            known = key;
        }
        if (known != null) {
            before.follow(key);
        }
        return key;
    }
}
