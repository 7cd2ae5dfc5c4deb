package dev.ilura.internal;

import dev.ilura.spi.TimeSource;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Unguessable names: for calls time-ordered (RFC 9562 UUID version 7, as 32 hex digits), for tickets random. */
public final class CallIds {
    private final SecureRandom random = new SecureRandom();
    private final TimeSource time;

    public CallIds(TimeSource time) {
        this.time = time;
    }

    /** A new call id. */
    public String next() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        long millis = time.now().toEpochMilli();
        for (int i = 0; i < 6; i++) {
            id[i] = (byte) (millis >>> (40 - 8 * i));
        }
        id[6] = (byte) ((id[6] & 0x0F) | 0x70);
        id[8] = (byte) ((id[8] & 0x3F) | 0x80);
        return HexFormat.of().formatHex(id);
    }

    /** {@code bytes} random bytes as hex. */
    public String random(int bytes) {
        byte[] id = new byte[bytes];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
