package dev.ilura.spi;

import dev.ilura.json.JsonValue;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Nobody is there to be asked. */
enum NoClientDialogue implements ClientDialogue {
    INSTANCE;

    @Override
    public boolean showsForms() {
        return false;
    }

    @Override
    public boolean opensUrls() {
        return false;
    }

    @Override
    public CompletionStage<Reply> form(String message, JsonValue requestedSchema) {
        return nobody();
    }

    @Override
    public CompletionStage<Reply> url(String id, String message, URI address) {
        return nobody();
    }

    private static CompletionStage<Reply> nobody() {
        return CompletableFuture.completedFuture(new Unanswered("The caller cannot be asked through the protocol."));
    }
}
