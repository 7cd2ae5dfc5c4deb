package dev.ilura.internal.downstream;

import dev.ilura.Arguments;
import dev.ilura.Decision;
import dev.ilura.Gateway.Listing;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds who is meant by what a client asks for. Who is found is not yet allowed. */
final class Addresses {
    private static final String COMPLETION = "@completion:";

    private final PodView view;

    Addresses(PodView view) {
        this.view = view;
    }

    /**
     * Where a request goes.
     *
     * @param server its name; empty if nobody is meant
     * @param target what rules and records call the subject
     * @param completed the server's own name of the prompt that is to be completed, if that is what is asked
     */
    record Address(String server, String target, Optional<String> completed) {
        /** The arguments in the server's own names. */
        Arguments own(Arguments arguments) {
            return completed
                    .map(name -> arguments.with(new Decision.Rewrite("/ref/name", name)))
                    .orElse(arguments);
        }
    }

    CompletableFuture<Address> find(RelayedMethod method, String subject, Frame frame) {
        return switch (method) {
            case TOOL -> named(Offer.TOOLS, subject).thenApply(found -> address(found, subject));
            case PROMPT -> named(Offer.PROMPTS, subject).thenApply(found -> address(found, subject));
            case RESOURCE, SUBSCRIPTION -> owned(Offer.RESOURCES.target(subject), subject);
            case COMPLETION ->
                frame.param("/ref/name").isPresent()
                        ? named(Offer.PROMPTS, subject).thenApply(found -> completion(found, subject))
                        : owned(COMPLETION + subject, subject);
            default -> throw new IllegalArgumentException(method + " is addressed by what it is");
        };
    }

    private CompletableFuture<Optional<Listing>> named(Offer offer, String name) {
        Listing known = view.named(offer).get(name);
        return known != null
                ? CompletableFuture.completedFuture(Optional.of(known))
                : view.list(offer)
                        .thenApply(
                                entries -> Optional.ofNullable(view.named(offer).get(name)));
    }

    private static Address address(Optional<Listing> found, String subject) {
        return found.map(listing -> new Address(listing.server(), listing.tool().name(), Optional.empty()))
                .orElseGet(() -> new Address("", subject, Optional.empty()));
    }

    private static Address completion(Optional<Listing> found, String subject) {
        return found.map(listing -> {
                    String own = listing.tool()
                            .json()
                            .member("name")
                            .map(JsonValue::text)
                            .orElse(subject);
                    return new Address(listing.server(), COMPLETION + own, Optional.of(own));
                })
                .orElseGet(() -> new Address("", subject, Optional.empty()));
    }

    private CompletableFuture<Address> owned(String target, String uri) {
        return view.ownerOf(uri).thenApply(server -> new Address(server.orElse(""), target, Optional.empty()));
    }
}
