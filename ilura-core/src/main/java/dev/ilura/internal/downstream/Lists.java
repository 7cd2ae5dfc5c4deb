package dev.ilura.internal.downstream;

import dev.ilura.Gateway.Listing;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Lists towards clients: what the pod may call, in pages that hold as much as any client takes at once. */
final class Lists {
    static final int PAGE = 1000;

    private static final Pattern CURSOR = Pattern.compile("[0-9]{1,9}");

    private final PodView view;

    Lists(PodView view) {
        this.view = view;
    }

    /** The offer whose list a method asks for. */
    static Optional<Offer> asked(String method) {
        for (Offer offer : Offer.values()) {
            if (offer.method().equals(method)) {
                return Optional.of(offer);
            }
        }
        return Optional.empty();
    }

    /**
     * One page.
     *
     * @param own whether a task is the client's own; others are not shown
     */
    CompletableFuture<Reply> page(Offer offer, Frame request, Era era, Predicate<String> own) {
        JsonValue id = request.id().orElseThrow();
        Optional<JsonValue> cursor = request.param("/cursor");
        Optional<Integer> from = cursor.isEmpty()
                ? Optional.of(0)
                : cursor.filter(JsonValue::isString)
                        .map(JsonValue::text)
                        .filter(text -> CURSOR.matcher(text).matches())
                        .map(Integer::parseInt);
        if (from.isEmpty()) {
            return CompletableFuture.completedFuture(
                    Reply.error(id, Reply.INVALID_PARAMS, "\"cursor\" is none of this gateway's."));
        }
        return entries(offer, own).thenApply(all -> {
            int start = Math.min(from.get(), all.size());
            int end = Math.min(start + PAGE, all.size());
            Optional<String> next = end < all.size() ? Optional.of(Integer.toString(end)) : Optional.empty();
            return Replies.page(id, era, offer, all.subList(start, end), next);
        });
    }

    private CompletableFuture<List<byte[]>> entries(Offer offer, Predicate<String> own) {
        return switch (offer) {
            case TOOLS, PROMPTS -> view.list(offer).thenApply(Replies::named);
            case RESOURCES, TEMPLATES -> view.listNow(offer).thenApply(Replies::plain);
            case TASKS ->
                view.listNow(offer)
                        .thenApply(tasks -> Replies.plain(tasks.stream()
                                .filter(task -> own.test(idOf(task)))
                                .toList()));
        };
    }

    private static String idOf(Listing task) {
        return task.tool().json().member("taskId").map(JsonValue::text).orElse("");
    }
}
