package dev.ilura.audit.export;

import dev.ilura.AuditRecord;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a record comes to, in few words. */
final class Summary {
    private Summary() {}

    /** How a record reads to somebody who watches for trouble. */
    enum Verdict {
        ALLOWED,
        DENIED,
        FAILED
    }

    static Verdict verdict(AuditRecord record) {
        String outcome = record.text("outcome").orElse("");
        if (outcome.equals("failed")
                || outcome.equals("unknown")
                || record.type().equals("recovery")) {
            return Verdict.FAILED;
        }
        boolean denied = record.text("decision").filter("deny"::equals).isPresent()
                || record.text("answer").filter(answer -> !answer.equals("yes")).isPresent();
        return denied ? Verdict.DENIED : Verdict.ALLOWED;
    }

    static String of(AuditRecord record) {
        String target = record.text("server")
                .map(server ->
                        record.text("tool").map(tool -> server + "/" + tool).orElse(server))
                .orElse("");
        return Stream.concat(
                        Stream.of(record.type(), target),
                        Stream.of("decision", "answer", "outcome", "code", "why")
                                .map(name -> record.text(name).orElse("")))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
