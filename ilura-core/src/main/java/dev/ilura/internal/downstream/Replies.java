package dev.ilura.internal.downstream;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway.Listing;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stage 10: what a client gets. Whatever came from a server keeps its bytes. */
final class Replies {
    /** Outside the range that JSON-RPC and MCP keep for themselves. */
    private static final int NOT_LET_THROUGH = 1403;

    private Replies() {}

    /** The answer to a call. */
    static byte[] to(JsonValue requestId, RelayedMethod method, Concluded concluded) {
        Optional<Frame> answer = concluded.answer();
        if (answer.isPresent()) {
            Frame frame = answer.get();
            return frame.json().splice(frame.id().orElseThrow(), requestId.bytes());
        }
        CallOutcome outcome = concluded.outcome();
        return outcome.fold(
                completed -> Messages.result(requestId, completed.result().bytes()),
                denied -> refusal(requestId, method, outcome, denied.code()),
                notApproved -> refusal(requestId, method, outcome, notApproved.code()),
                failed -> refusal(requestId, method, outcome, failed.code()));
    }

    /** For a tool a result with {@code isError}, so that the model reads why and can do something else. */
    private static byte[] refusal(JsonValue requestId, RelayedMethod method, CallOutcome outcome, String code) {
        String text = "Ilura: " + outcome.summary();
        Map<String, String> about = Map.of("dev.ilura/call", outcome.callId(), "dev.ilura/code", code);
        if (method != RelayedMethod.TOOL) {
            return Messages.error(requestId, NOT_LET_THROUGH, text, about);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("content", List.of(Map.of("type", "text", "text", text)));
        result.put("isError", true);
        result.put("_meta", about);
        return Messages.result(requestId, result);
    }

    /** The servers' own entries, byte for byte but for the name. */
    static byte[] named(JsonValue requestId, Offer offer, Map<String, Listing> entries) {
        return listing(
                requestId,
                offer,
                entries.entrySet().stream()
                        .map(named -> {
                            JsonValue entry = named.getValue().tool().json();
                            return entry.splice(entry.member("name").orElseThrow(), JsonWriter.string(named.getKey()));
                        })
                        .toList());
    }

    /** The servers' own entries, byte for byte. */
    static byte[] plain(JsonValue requestId, Offer offer, List<Listing> entries) {
        return listing(
                requestId,
                offer,
                entries.stream().map(entry -> entry.tool().json().bytes()).toList());
    }

    private static byte[] listing(JsonValue requestId, Offer offer, Collection<byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("{\"" + offer.member() + "\":[").getBytes(StandardCharsets.US_ASCII));
        boolean first = true;
        for (byte[] entry : entries) {
            if (!first) {
                out.write(',');
            }
            out.writeBytes(entry);
            first = false;
        }
        out.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
        return Messages.result(requestId, out.toByteArray());
    }

    /** A server's progress under the client's own token; empty if the client wants none. */
    static Optional<byte[]> progress(Frame progress, Frame request) {
        Optional<JsonValue> token = request.param("/_meta/progressToken");
        return token.flatMap(own ->
                progress.param("/progressToken").map(theirs -> progress.json().splice(theirs, own.bytes())));
    }
}
