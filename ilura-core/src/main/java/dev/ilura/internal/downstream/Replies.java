package dev.ilura.internal.downstream;

import dev.ilura.CallOutcome;
import dev.ilura.Gateway.Listing;
import dev.ilura.internal.call.Concluded;
import dev.ilura.internal.call.RelayedMethod;
import dev.ilura.internal.upstream.Offer;
import dev.ilura.internal.wire.Era;
import dev.ilura.internal.wire.Frame;
import dev.ilura.internal.wire.Messages;
import dev.ilura.json.JsonValue;
import dev.ilura.json.JsonValue.Edit;
import dev.ilura.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stage 10: what a client gets. Whatever came from a server keeps its bytes; what 2026-07-28 wants said in a result is put
 * before what a server of the handshake era has said.
 */
final class Replies {
    /** Outside the range that JSON-RPC and MCP keep for themselves. */
    private static final int NOT_LET_THROUGH = 1403;

    private static final int NOT_FOUND_OF_HANDSHAKE = -32002;

    /** How long a list may be kept by a client that hears of changes. */
    private static final int LIST_TTL_MS = 10_000;

    private Replies() {}

    /** The answer to a call. */
    static Reply to(JsonValue requestId, Era era, RelayedMethod method, Concluded concluded) {
        Optional<Frame> answer = concluded.answer();
        if (answer.isPresent()) {
            return passedOn(requestId, era, method, answer.get());
        }
        CallOutcome outcome = concluded.outcome();
        return outcome.fold(
                completed -> result(requestId, era, method, completed.result()),
                denied -> refusal(requestId, era, method, outcome, denied.code()),
                notApproved -> refusal(requestId, era, method, outcome, notApproved.code()),
                failed -> refusal(requestId, era, method, outcome, failed.code()));
    }

    private static Reply passedOn(JsonValue requestId, Era era, RelayedMethod method, Frame frame) {
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit(frame.id().orElseThrow(), requestId.bytes()));
        Optional<JsonValue> error = frame.error();
        if (error.isEmpty()) {
            frame.result().ifPresent(result -> completed(result, era, method).ifPresent(edits::add));
            return Reply.frame(frame.json().splice(edits));
        }
        Optional<JsonValue> code = error.get().member("code");
        int number = code.flatMap(JsonValue::integer).map(Long::intValue).orElse(Reply.INTERNAL_ERROR);
        if (method == RelayedMethod.RESOURCE && number == notFoundOfTheOther(era)) {
            number = era == Era.HANDSHAKE ? NOT_FOUND_OF_HANDSHAKE : Reply.INVALID_PARAMS;
            edits.add(new Edit(code.orElseThrow(), Integer.toString(number).getBytes(StandardCharsets.US_ASCII)));
        }
        return Reply.errorFrame(frame.json().splice(edits), number);
    }

    /** 2026-07-28 calls a resource that is not there an invalid parameter; only that way round is it clear what is meant. */
    private static int notFoundOfTheOther(Era era) {
        return era == Era.PER_REQUEST ? NOT_FOUND_OF_HANDSHAKE : 0;
    }

    private static Reply result(JsonValue requestId, Era era, RelayedMethod method, JsonValue result) {
        byte[] bytes = completed(result, era, method)
                .map(edit -> result.splice(List.of(edit)))
                .orElseGet(result::bytes);
        return Reply.frame(Messages.result(requestId, bytes));
    }

    /** What a result must say in 2026-07-28 and does not. */
    private static Optional<Edit> completed(JsonValue result, Era era, RelayedMethod method) {
        if (era == Era.HANDSHAKE || !result.isObject()) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>();
        Optional<JsonValue> type = result.member("resultType");
        if (type.isEmpty()) {
            missing.add("\"resultType\":\"complete\"");
        }
        boolean complete = type.map(each -> each.isString() && each.text().equals("complete"))
                .orElse(true);
        if (complete && method == RelayedMethod.RESOURCE) {
            if (result.member("ttlMs").isEmpty()) {
                missing.add("\"ttlMs\":0");
            }
            if (result.member("cacheScope").isEmpty()) {
                missing.add("\"cacheScope\":\"private\"");
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Edit.into(result, String.join(",", missing).getBytes(StandardCharsets.US_ASCII)));
    }

    /** For a tool a result with {@code isError}, so that the model reads why and can do something else. */
    private static Reply refusal(JsonValue requestId, Era era, RelayedMethod method, CallOutcome outcome, String code) {
        String text = "Ilura: " + outcome.summary();
        Map<String, String> about = Map.of("dev.ilura/call", outcome.callId(), "dev.ilura/code", code);
        if (method != RelayedMethod.TOOL) {
            return Reply.error(requestId, NOT_LET_THROUGH, text, about);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (era == Era.PER_REQUEST) {
            result.put("resultType", "complete");
        }
        result.put("content", List.of(Map.of("type", "text", "text", text)));
        result.put("isError", true);
        result.put("_meta", about);
        return Reply.result(requestId, result);
    }

    /** The servers' own entries, byte for byte but for the name. */
    static List<byte[]> named(Map<String, Listing> entries) {
        return entries.entrySet().stream()
                .map(named -> {
                    JsonValue entry = named.getValue().tool().json();
                    return entry.splice(entry.member("name").orElseThrow(), JsonWriter.string(named.getKey()));
                })
                .toList();
    }

    /** The servers' own entries, byte for byte. */
    static List<byte[]> plain(List<Listing> entries) {
        return entries.stream().map(entry -> entry.tool().json().bytes()).toList();
    }

    /** One page of a list. */
    static Reply page(JsonValue requestId, Era era, Offer offer, Collection<byte[]> entries, Optional<String> next) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "{");
        if (era == Era.PER_REQUEST) {
            write(out, "\"resultType\":\"complete\",\"ttlMs\":" + LIST_TTL_MS + ",\"cacheScope\":\"private\",");
        }
        write(out, "\"" + offer.member() + "\":[");
        boolean first = true;
        for (byte[] entry : entries) {
            if (!first) {
                out.write(',');
            }
            out.writeBytes(entry);
            first = false;
        }
        write(out, "]");
        next.ifPresent(cursor -> write(out, ",\"nextCursor\":\"" + cursor + "\""));
        write(out, "}");
        return Reply.frame(Messages.result(requestId, out.toByteArray()));
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** A server's progress under the client's own token; empty if the client wants none. */
    static Optional<byte[]> progress(Frame progress, Frame request) {
        Optional<JsonValue> token = request.param("/_meta/progressToken");
        return token.flatMap(own ->
                progress.param("/progressToken").map(theirs -> progress.json().splice(theirs, own.bytes())));
    }
}
