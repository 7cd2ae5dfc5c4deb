package dev.ilura.transport.sse.front;

import dev.ilura.Secret;
import dev.ilura.json.Digests;
import dev.ilura.spi.TimeSource;
import dev.ilura.transport.sse.FrontLimits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Decides from its head alone whether a request is let in, and who makes it. Thread-safe. */
public final class Gatekeeper {
    private static final String BEARER = "bearer ";
    private static final String NOBODY = "http:local";

    private final Set<String> authorities = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> origins = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, byte[]> tokens = new LinkedHashMap<>();
    private final Rates requests;
    private final Rates refusals;

    /**
     * @param authorities what {@code Host} may say
     * @param bearers who may come, by name; empty: anybody on this machine
     */
    public Gatekeeper(
            Set<String> authorities, boolean tls, Map<String, Secret> bearers, FrontLimits limits, TimeSource time) {
        this.authorities.addAll(authorities);
        authorities.forEach(authority -> origins.add((tls ? "https://" : "http://") + authority));
        bearers.forEach((name, token) -> tokens.put(
                "http:" + name, Digests.sha256(token.revealToItsOneUse().getBytes(StandardCharsets.UTF_8))));
        requests = Rates.perSecond(limits.requestsPerSecond(), time);
        refusals = Rates.perMinute(limits.refusedPerMinute(), time);
    }

    /** Who is let in, or why not: exactly one is there. */
    record Verdict(Optional<String> principal, Optional<Refusal> refusal) {
        static Verdict admit(String principal) {
            return new Verdict(Optional.of(principal), Optional.empty());
        }

        static Verdict refuse(Refusal refusal) {
            return new Verdict(Optional.empty(), Optional.of(refusal));
        }
    }

    /** @param address of the client */
    Verdict judge(HttpFields headers, String address) {
        Optional<Refusal> stranger = stranger(headers);
        if (stranger.isPresent()) {
            return Verdict.refuse(stranger.get());
        }
        if (!tokens.isEmpty() && refusals.isExhausted(address)) {
            return Verdict.refuse(tooMany("Too many wrong tokens came from this address."));
        }
        Optional<String> principal = tokens.isEmpty() ? Optional.of(NOBODY) : owner(headers);
        if (principal.isEmpty()) {
            refusals.take(address);
            return Verdict.refuse(Refusal.of(401, "ILR-HTTP-022", "A token of this gateway is needed.")
                    .with(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"ilura\""));
        }
        return requests.take(principal.get())
                ? Verdict.admit(principal.get())
                : Verdict.refuse(tooMany("Too many requests."));
    }

    private static Refusal tooMany(String message) {
        return Refusal.of(429, "ILR-HTTP-023", message).with(HttpHeader.RETRY_AFTER, "1");
    }

    /**
     * The attack: a web page that the user looks at has its own name resolved to this machine (DNS rebinding) or posts
     * across origins, and talks to the gateway as the user.
     */
    private Optional<Refusal> stranger(HttpFields headers) {
        List<String> hosts = headers.getValuesList(HttpHeader.HOST);
        if (hosts.size() != 1 || !authorities.contains(hosts.get(0))) {
            return Optional.of(Refusal.of(421, "ILR-HTTP-020", "The Host header is not a name of this gateway."));
        }
        List<String> from = headers.getValuesList(HttpHeader.ORIGIN);
        return from.isEmpty() || (from.size() == 1 && origins.contains(from.get(0)))
                ? Optional.empty()
                : Optional.of(Refusal.of(403, "ILR-HTTP-021", "The Origin header is not of this gateway."));
    }

    /** Looks at every token, so that the time says nothing about which was nearly right. */
    private Optional<String> owner(HttpFields headers) {
        List<String> shown = headers.getValuesList(HttpHeader.AUTHORIZATION);
        if (shown.size() != 1 || !shown.get(0).toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return Optional.empty();
        }
        byte[] digest =
                Digests.sha256(shown.get(0).substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
        Optional<String> owner = Optional.empty();
        for (Map.Entry<String, byte[]> token : tokens.entrySet()) {
            if (MessageDigest.isEqual(token.getValue(), digest)) {
                owner = Optional.of(token.getKey());
            }
        }
        return owner;
    }
}
