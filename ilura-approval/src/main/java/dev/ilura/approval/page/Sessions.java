package dev.ilura.approval.page;

import dev.ilura.approval.internal.OneTimeCode;
import dev.ilura.approval.passkey.Base64Url;
import dev.ilura.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which browsers are paired. A browser shows two secrets with each request: a cookie, which no script can read, and a
 * token from the page's own storage, which no other port can read. Browsers send cookies to every port of a host, so a
 * cookie alone would be known to any local server the person visits. Thread-safe.
 */
final class Sessions {
    private static final long LIFE_NANOS = TimeUnit.HOURS.toNanos(12);
    private static final int MAX_SESSIONS = 16;

    private final OneTimeCode code;
    private final RandomGenerator random;
    private final TimeSource time;
    private final byte[] key;
    private final Map<String, Session> byCookie = new LinkedHashMap<>();

    /** A paired browser. */
    record Session(String cookie, String token, long since) {}

    Sessions(OneTimeCode code, RandomGenerator random, TimeSource time) {
        this.code = code;
        this.random = random;
        this.time = time;
        this.key = bytes(32);
    }

    /** Pairs a browser that shows the code; a new code is shown for the next one. */
    Optional<Session> pair(String typedCode) {
        if (!code.take(typedCode)) {
            return Optional.empty();
        }
        Session session = new Session(Base64Url.encode(bytes(32)), Base64Url.encode(bytes(32)), time.nanos());
        synchronized (byCookie) {
            if (byCookie.size() >= MAX_SESSIONS) {
                byCookie.remove(byCookie.keySet().iterator().next());
            }
            byCookie.put(session.cookie(), session);
        }
        code.renew();
        return Optional.of(session);
    }

    /** The session that both secrets belong to. */
    Optional<Session> of(Optional<String> cookie, Optional<String> token) {
        Session session;
        synchronized (byCookie) {
            byCookie.values().removeIf(old -> time.nanos() - old.since() > LIFE_NANOS);
            session = byCookie.get(cookie.orElse(""));
        }
        return Optional.ofNullable(session).filter(found -> same(found.token(), token.orElse("")));
    }

    /** What a click on one card has to bring along, against requests that a foreign page makes the browser send. */
    String cardToken(Session session, String cardId) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64Url.encode(mac.doFinal(utf8(session.cookie() + "\n" + cardId)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    boolean isCardToken(Session session, String cardId, String token) {
        return same(cardToken(session, cardId), token);
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(utf8(one), utf8(other));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
