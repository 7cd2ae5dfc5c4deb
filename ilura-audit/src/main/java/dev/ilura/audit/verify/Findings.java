package dev.ilura.audit.verify;

import dev.ilura.audit.verify.VerificationReport.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Collects what is wrong and what is worth knowing. Not thread-safe. */
final class Findings {
    private final List<Finding> wrong = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    void wrong(String what) {
        wrong.add(new Finding(OptionalLong.empty(), what));
    }

    void wrong(long record, String what) {
        wrong.add(new Finding(OptionalLong.of(record), what));
    }

    void note(String what) {
        notes.add(what);
    }

    List<Finding> wrong() {
        return wrong;
    }

    List<String> notes() {
        return notes;
    }
}
