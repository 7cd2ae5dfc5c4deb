package dev.ilura.policy;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the operator declares about the tools of a rule.
 *
 * @param readOnly they change nothing, so results may be cached
 * @param idempotent a repeated call does no more than one, so it may be retried
 * @param taints what a session takes in with their results
 * @param whenTainted what holds for their calls, if stricter, once the session has taken in all of {@link Taint}: for
 *     tools by which data can leave
 */
public record Marks(boolean readOnly, boolean idempotent, Set<Taint> taints, Optional<Verdict> whenTainted) {
    /** Nothing is declared. */
    public static final Marks NONE = new Marks(false, false, Set.of(), Optional.empty());

    public Marks {
        taints = Set.copyOf(taints);
        Objects.requireNonNull(whenTainted, "whenTainted");
    }

    Marks asReadOnly() {
        return new Marks(true, idempotent, taints, whenTainted);
    }

    Marks asIdempotent() {
        return new Marks(readOnly, true, taints, whenTainted);
    }

    Marks tainting(Taint taint) {
        Set<Taint> all = EnumSet.of(taint);
        all.addAll(taints);
        return new Marks(readOnly, idempotent, all, whenTainted);
    }

    Marks whenTainted(Verdict verdict) {
        return new Marks(readOnly, idempotent, taints, Optional.of(verdict));
    }

    /** Whether the answer depends on what the session did before, or the session on the answer. */
    boolean concernSession() {
        return !taints.isEmpty() || whenTainted.isPresent();
    }

    Map<String, ?> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("readOnly", readOnly);
        facts.put("idempotent", idempotent);
        facts.put("taints", taints.stream().map(Taint::label).sorted().toList());
        facts.put("whenTainted", whenTainted.map(Verdict::toString).orElse(""));
        return facts;
    }
}
