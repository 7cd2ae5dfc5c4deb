package dev.ilura.approval.page;

import dev.ilura.ApprovalTicket;
import dev.ilura.IluraException;
import dev.ilura.RiskLane;
import dev.ilura.approval.internal.PrivateFile;
import dev.ilura.json.CanonicalJson;
import dev.ilura.json.JsonLimits;
import dev.ilura.json.JsonValue;
import dev.ilura.json.MalformedJsonException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Which questions are open, kept in a file, so that after a crash a person sees what became of them: nothing, they
 * expired. The file holds names and digests, no arguments, and nothing in it can become an approval. Thread-safe.
 */
final class OpenQuestions {
    private final PrivateFile file;
    private final Map<String, Map<String, Object>> open = new LinkedHashMap<>();
    private boolean closed;

    OpenQuestions(PrivateFile file) {
        this.file = file;
    }

    /** What was open when the gateway before this one ended, as expired; the file is empty then. */
    synchronized List<Settled> leftOver(Instant now) {
        try {
            List<Settled> expired = new ArrayList<>();
            file.read().ifPresent(content -> parse(content, now, expired));
            file.delete();
            return expired;
        } catch (IOException | MalformedJsonException | NoSuchElementException | IllegalStateException e) {
            throw new IluraException(
                    "ILR-APPROVAL-013",
                    "The list of open questions in " + file.path() + " cannot be read: " + e.getMessage() + ".",
                    "Remove the file; what was open in it has expired in any case.",
                    e);
        }
    }

    /**
     * @throws IOException if it cannot be written down
     */
    synchronized void add(ApprovalTicket ticket) throws IOException {
        if (closed) {
            throw new IOException("the page was closed");
        }
        open.put(
                ticket.id(),
                Map.of(
                        "target", ticket.call().target(),
                        "lane", ticket.lane().label(),
                        "digest", ticket.digest(),
                        "call", ticket.call().id(),
                        "askedAt", ticket.issuedAt().toEpochMilli()));
        write();
    }

    synchronized void remove(ApprovalTicket ticket) throws IOException {
        if (open.remove(ticket.id()) != null && !closed) {
            write();
        }
    }

    /** The end in good order: every question has got its answer, which is none. */
    synchronized void close() throws IOException {
        closed = true;
        file.delete();
    }

    private void write() throws IOException {
        if (open.isEmpty()) {
            file.delete();
        } else {
            file.write(CanonicalJson.of(Map.of("v", 1, "open", List.copyOf(open.values()))));
        }
    }

    private static void parse(byte[] content, Instant now, List<Settled> expired) {
        JsonValue json = JsonValue.parse(content, JsonLimits.FRAME);
        for (JsonValue question : json.member("open").orElseThrow().elements()) {
            expired.add(new Settled(
                    text(question, "target"),
                    lane(text(question, "lane")),
                    "expired",
                    "the gateway ended before anybody answered",
                    text(question, "digest"),
                    now));
        }
    }

    private static RiskLane lane(String label) {
        for (RiskLane lane : RiskLane.values()) {
            if (lane.label().equals(label)) {
                return lane;
            }
        }
        throw new IllegalStateException("there is no lane " + label);
    }

    private static String text(JsonValue json, String name) {
        return json.member(name).orElseThrow().text();
    }
}
