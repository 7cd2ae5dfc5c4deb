package dev.ilura.spi;

import dev.ilura.json.JsonValue;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * The way to the person at the client that made a call, through the protocol itself: MCP elicitation. In the revisions
 * with a handshake it is a request of the gate to the client, in 2026-07-28 an {@code input_required} result that the
 * client answers by calling again.
 *
 * <p>A client may answer for its person, or let its model answer: an answer proves that the client agreed, no more.
 *
 * <p>Thread-safe. Stages never complete exceptionally and complete when the call is cancelled or the client leaves.
 */
public interface ClientDialogue {

    /** Whether the client said that it shows forms. */
    boolean showsForms();

    /** Whether the client said that it opens addresses. */
    boolean opensUrls();

    /**
     * Shows a form. Never ask for a secret this way.
     *
     * @param message what it is about; plain text without control characters
     * @param requestedSchema a flat object schema of primitive properties, as elicitation allows
     */
    CompletionStage<Reply> form(String message, JsonValue requestedSchema);

    /**
     * Asks the person to open an address. That it was opened says nothing about what was done there.
     *
     * @param id names this dialogue towards the client
     * @param message why it should be opened
     * @param address http or https; must not hold a credential
     */
    CompletionStage<Reply> url(String id, String message, URI address);

    /** A client that can be asked nothing, for calls that come from Java. */
    static ClientDialogue none() {
        return NoClientDialogue.INSTANCE;
    }

    /** What came back. */
    sealed interface Reply {}

    /**
     * The form was filled in, or the address opened.
     *
     * @param content what was filled in, not yet checked against the schema; an empty object for an address
     */
    record Accepted(JsonValue content) implements Reply {
        public Accepted {
            Objects.requireNonNull(content, "content");
        }
    }

    /** The person, or the client for them, said no. */
    record Declined() implements Reply {}

    /**
     * Nobody answered.
     *
     * @param why one sentence: put away, not supported, an error, the client left
     */
    record Unanswered(String why) implements Reply {
        public Unanswered {
            Objects.requireNonNull(why, "why");
        }
    }
}
