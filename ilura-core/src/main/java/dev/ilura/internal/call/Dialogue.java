package dev.ilura.internal.call;

import dev.ilura.internal.upstream.Caller;
import dev.ilura.internal.upstream.Caller.Said;
import dev.ilura.json.JsonValue;
import dev.ilura.spi.ClientDialogue;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the person at the client by MCP elicitation, in whichever era the client speaks. */
final class Dialogue implements ClientDialogue {
    private final Caller caller;

    private Dialogue(Caller caller) {
        this.caller = caller;
    }

    static ClientDialogue with(Caller caller) {
        return caller.era().isEmpty() ? ClientDialogue.none() : new Dialogue(caller);
    }

    private Optional<JsonValue> declared() {
        return caller.capabilities().member("elicitation");
    }

    /** Before there were two modes, elicitation meant forms. */
    @Override
    public boolean showsForms() {
        return declared()
                .filter(modes ->
                        modes.member("form").isPresent() || modes.member("url").isEmpty())
                .isPresent();
    }

    @Override
    public boolean opensUrls() {
        return declared().flatMap(modes -> modes.member("url")).isPresent();
    }

    @Override
    public CompletionStage<Reply> form(String message, JsonValue requestedSchema) {
        if (!showsForms()) {
            return unable("The client shows no forms.");
        }
        Map<String, Object> params = new LinkedHashMap<>();
        if (declared().flatMap(modes -> modes.member("form")).isPresent()) {
            params.put("mode", "form");
        }
        params.put("message", message);
        params.put("requestedSchema", requestedSchema.toJava());
        return ask(params);
    }

    @Override
    public CompletionStage<Reply> url(String id, String message, URI address) {
        if (!opensUrls()) {
            return unable("The client opens no addresses.");
        }
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("mode", "url");
        params.put("elicitationId", id);
        params.put("message", message);
        params.put("url", address.toString());
        return ask(params);
    }

    private static CompletionStage<Reply> unable(String why) {
        return CompletableFuture.completedFuture(new Unanswered(why));
    }

    private CompletionStage<Reply> ask(Map<String, Object> params) {
        return caller.ask("elicitation/create", JsonValue.of(params))
                .handle((said, failure) -> failure == null ? reply(said) : new Unanswered("The call was given up."));
    }

    private static Reply reply(Said said) {
        if (said.error()) {
            String message = said.value()
                    .member("message")
                    .filter(JsonValue::isString)
                    .map(JsonValue::text)
                    .orElse("an error");
            return new Unanswered("The client answered: " + Ending.shortened(message));
        }
        String action = said.value()
                .member("action")
                .filter(JsonValue::isString)
                .map(JsonValue::text)
                .orElse("");
        return switch (action) {
            case "accept" ->
                new Accepted(said.value()
                        .member("content")
                        .filter(JsonValue::isObject)
                        .orElse(Caller.NOTHING));
            case "decline" -> new Declined();
            case "cancel" -> new Unanswered("The question was put away.");
            default -> new Unanswered("The client's answer has no action that is known.");
        };
    }
}
