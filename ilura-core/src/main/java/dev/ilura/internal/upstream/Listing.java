package dev.ilura.internal.upstream;

import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Metadata;
import dev.ilura.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads the lists of a server, all pages of them. */
final class Listing {
    private static final int MAX_PAGES = 100;

    private final UpstreamSession session;

    Listing(UpstreamSession session) {
        this.session = session;
    }

    /** The entries as they are; none if the server does not offer any. */
    CompletableFuture<List<JsonValue>> all(Offer offer, Duration timeout) {
        if (!session.offers(offer)) {
            return CompletableFuture.completedFuture(List.of());
        }
        CompletableFuture<List<JsonValue>> listed = page(offer, new ArrayList<>(), Optional.empty(), 1, timeout);
        boolean tried = session.agreement().capabilities().isEmpty(); // a server that declared nothing may have nothing
        return tried ? listed.exceptionally(failure -> List.of()) : listed;
    }

    private CompletableFuture<List<JsonValue>> page(
            Offer offer, List<JsonValue> soFar, Optional<String> cursor, int number, Duration timeout) {
        Map<String, Object> params = new LinkedHashMap<>();
        cursor.ifPresent(token -> params.put("cursor", token));
        if (session.agreement().era() == Era.PER_REQUEST) {
            params.put("_meta", Metadata.of(session.clientCapabilities()));
        }
        return session.ask(offer.method(), params, timeout).thenCompose(result -> {
            result.member(offer.member()).map(JsonValue::elements).ifPresent(soFar::addAll);
            Optional<String> next = result.member("nextCursor")
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .filter(token -> number < MAX_PAGES);
            return next.isPresent()
                    ? page(offer, soFar, next, number + 1, timeout)
                    : CompletableFuture.completedFuture(soFar);
        });
    }
}
