package dev.ilura.audit;

import dev.ilura.audit.format.FlatRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a crash left open, brought to its end: nobody knows how a call ended that was sent, and nobody will answer a question
 * that was asked. A yes that turns up afterwards is to a question that is over.
 */
final class LooseEnds {
    /** What an outcome repeats of its dispatch, and an answer of its question. */
    private static final Set<String> REPEATED = Set.of(
            "call",
            "session",
            "pod",
            "principal",
            "server",
            "serverIdentity",
            "tool",
            "toolDigest",
            "parent",
            "traceparent");

    /** What an answer names besides. */
    private static final Set<String> OF_QUESTION = Set.of("approvalId", "ticket", "lane");

    private final Standing standing;
    private final LogReader reader;

    LooseEnds(Standing standing, LogReader reader) {
        this.standing = standing;
        this.reader = reader;
    }

    /** One record for each: an {@code outcome} that is unknown, an {@code approval} that says no. */
    List<RecordDraft> ends(String logId) {
        return Stream.concat(
                        standing.openDispatches().stream().map(number -> unknownOutcome(number, logId)),
                        standing.openQuestions().stream().map(number -> expiredQuestion(number, logId)))
                .toList();
    }

    private RecordDraft unknownOutcome(long dispatch, String logId) {
        Map<String, Object> facts = membersOf(dispatch);
        facts.keySet().retainAll(REPEATED);
        facts.put("outcome", "unknown");
        facts.put("why", "the gateway ended before the outcome was recorded");
        return RecordDraft.of("outcome", facts, logId);
    }

    private RecordDraft expiredQuestion(long question, String logId) {
        Map<String, Object> facts = membersOf(question);
        facts.keySet().removeIf(name -> !REPEATED.contains(name) && !OF_QUESTION.contains(name));
        facts.put("answer", "expired");
        facts.put("code", "ILR-ASK-010");
        facts.put("why", "the gateway ended before anybody answered");
        return RecordDraft.of("approval", facts, logId);
    }

    private Map<String, Object> membersOf(long number) {
        byte[] record = reader.bytes(number);
        return new TreeMap<>(new FlatRecord().read(record, 0, record.length).toMap());
    }
}
