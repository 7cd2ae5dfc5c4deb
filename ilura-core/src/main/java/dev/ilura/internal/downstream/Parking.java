package dev.ilura.internal.downstream;

import dev.ilura.internal.CallIds;
import dev.ilura.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Calls of 2026-07-28 that wait for an answer of their client. Between two requests a call is parked here under a
 * {@code requestState}, which names it, its end and, under a MAC, whose it is and what it asks for: whoever comes with the
 * state must be the same principal and ask for the same. A state is good for one use. Thread-safe.
 */
public final class Parking {
    private static final String MARK = "ilura1.";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final CallIds ids;
    private final TimeSource time;
    private final Duration patience;
    private final int places;
    private final Map<String, Place> parked = new ConcurrentHashMap<>();

    /**
     * @param patience how long a client has to come back
     * @param places how many calls may wait at once
     */
    public Parking(CallIds ids, TimeSource time, Duration patience, int places) {
        this.key = new SecretKeySpec(ids.random(32).getBytes(StandardCharsets.US_ASCII), ALGORITHM);
        this.ids = ids;
        this.time = time;
        this.patience = patience;
        this.places = places;
    }

    /** What a state is bound to. */
    record Binding(String principal, String pod, String method, String subject, String argumentsSha256) {}

    private record Place(ModernTurn turn, TimeSource.Timer timer) {}

    /** Whether a state is one of the gate's own; any other is the server's. */
    static boolean isOwn(String state) {
        return state.startsWith(MARK);
    }

    /** Parks a call; empty if all places are taken. When its time is over, it is told. */
    Optional<String> park(ModernTurn turn, Binding binding) {
        if (parked.size() >= places) {
            return Optional.empty();
        }
        String name = ids.random(16) + "." + time.now().plus(patience).toEpochMilli();
        String state = MARK + name + "." + mac(name, binding);
        TimeSource.Timer timer = time.after(patience, () -> {
            if (parked.remove(state) != null) {
                turn.expired();
            }
        });
        parked.put(state, new Place(turn, timer));
        return Optional.of(state);
    }

    /** The call that waits under a state, for the one who may go on with it. */
    Optional<ModernTurn> take(String state, Binding binding) {
        String rest = state.substring(MARK.length());
        int dot = rest.lastIndexOf('.');
        if (dot < 0 || !isSame(rest.substring(dot + 1), mac(rest.substring(0, dot), binding))) {
            return Optional.empty();
        }
        Optional<Place> place = Optional.ofNullable(parked.remove(state));
        place.ifPresent(found -> found.timer().cancel());
        return place.map(Place::turn);
    }

    /** The attack: finding a MAC byte by byte, by how long the comparison takes. */
    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private String mac(String name, Binding binding) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (String part : new String[] {
                name, binding.principal(), binding.pod(), binding.method(), binding.subject(), binding.argumentsSha256()
            }) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                mac.update(bytes);
            }
            return BASE64.encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    int size() {
        return parked.size();
    }
}
